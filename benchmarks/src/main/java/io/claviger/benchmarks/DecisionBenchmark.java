package io.claviger.benchmarks;

import io.claviger.core.decide.Authorizer;
import io.claviger.core.decide.Bearer;
import io.claviger.core.decide.Decision;
import io.claviger.core.decide.Question;
import io.claviger.core.network.IpAddress;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.secret.TokenText;
import io.claviger.server.access.Bearers;
import io.claviger.server.access.Places;
import io.claviger.server.access.Places.Named;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The whole decision for a credential that was seen before: parse and checksum of the token, its
 * digest, the look-up of token, user, membership and application, scope, caps and overrides. Tokens
 * are asked for in random order, so that a large number of them in use does not stay in the
 * processor's caches, as in life.
 */
@State(Scope.Benchmark)
@BenchmarkMode({Mode.SampleTime, Mode.AverageTime})
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgs = {"-Xmx1g", "-XX:+UseCompactObjectHeaders", "--enable-native-access=ALL-UNNAMED"})
@SuppressWarnings("NullAway.Init") // JMH fills the fields before it measures
public class DecisionBenchmark {
  /** How many tokens there are. */
  @Param({"1000", "100000", "1000000"})
  public int tokens;

  /**
   * How many of them are in use, asked for in turns: all there are, or no more than this number.
   * The first shows what a look-up costs whose place is in no cache of the processor; the second
   * what the number of tokens costs that merely exist.
   */
  @Param({"all", "1000"})
  public String inUse;

  private Path folder;
  private World world;
  private Bearers bearers;
  private Places places;
  private Action action;
  private Named named;
  private Optional<IpAddress> address;
  private byte[] values;
  private int asked;
  private int next;

  /** Makes the tokens and has each of them seen once. */
  @Setup(Level.Trial)
  public void fill() throws IOException {
    folder = Files.createTempDirectory("claviger-benchmark");
    world = new World(folder, tokens);
    bearers = new Bearers(world.facts());
    places = new Places(world.facts(), _ -> false);
    action = Catalogue.standard().action("device.patch").orElseThrow();
    named =
        new Named(
            Optional.of(world.application()),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    address = Optional.of(IpAddress.parse("203.0.113.7").orThrow());
    // Asked for in random order, while their texts lie one after the other as in what a socket
    // gives.
    List<String> shuffled = new ArrayList<>(world.tokens());
    Collections.shuffle(shuffled, new Random(11));
    asked = inUse.equals("all") ? tokens : Math.min(tokens, Integer.parseInt(inUse));
    values = String.join("", shuffled.subList(0, asked)).getBytes(StandardCharsets.US_ASCII);
    for (String token : world.tokens()) {
      if (!decide(token).allowed()) {
        throw new IllegalStateException("the benchmark measures a refusal");
      }
    }
  }

  /** Removes everything. */
  @TearDown(Level.Trial)
  public void empty() throws IOException {
    world.close();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** One decision. */
  @Benchmark
  public Decision decide() {
    next = next + 1 == asked ? 0 : next + 1;
    return decide(value(next));
  }

  /** A token as it comes out of a request: bytes that become a text. */
  private String value(int place) {
    return new String(
        values, place * TokenText.LENGTH, TokenText.LENGTH, StandardCharsets.ISO_8859_1);
  }

  private Decision decide(String token) {
    Bearer bearer = bearers.of(token);
    return Authorizer.decide(
        new Question(bearer, action, places.find(bearer, named), address, Instant.now()));
  }
}
