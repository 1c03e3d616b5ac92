package io.claviger.server.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.state.AgeWindow;
import io.claviger.core.state.GivenTime;
import io.claviger.core.state.Report;
import io.claviger.server.device.DeviceClient;
import io.claviger.server.http.ApiException;
import io.claviger.server.state.DeviceInbox.Permission;
import io.claviger.server.testing.TestServer;
import io.claviger.store.Database;
import io.claviger.store.StoreUnavailable;
import io.claviger.store.state.Deposit;
import io.claviger.store.state.Deposit.Outcome;
import io.claviger.store.state.DepositStore;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** Many messages in one transaction, each asked for anew. */
@Timeout(20)
class DeviceInboxTest {
  private static final TestServer SERVER = TestServer.start();
  private static final Permission ALWAYS = () -> {};

  private final Database database = SERVER.wiring().database();
  private final ObjectIdSource ids = new ObjectIdSource(SERVER.clock(), new SecureRandom());
  private final List<Deposit> passedOn = Collections.synchronizedList(new ArrayList<>());
  private DeviceClient client;
  private DeviceId device;

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @BeforeEach
  void device(TestInfo test) {
    client = new DeviceClient(SERVER, test.getDisplayName().replaceAll("\\W", "") + "@example.com");
    device =
        new DeviceId(
            client.create(
                "{\"name\":\"d\",\"attributes\":[{\"name\":\"n\",\"dataType\":\"number\"}]}"));
  }

  /** What goes wrong behind the commit has no influence on what is written. */
  @Test
  void whatCannotBePassedOnIsWrittenOnce() {
    List<Deposit> tried = Collections.synchronizedList(new ArrayList<>());
    DeviceInbox failing =
        new DeviceInbox(
            database,
            new DepositStore(database, new AgeWindow(Duration.ofDays(30))),
            (deposit, _) -> {
              tried.add(deposit);
              throw new StackOverflowError("on purpose");
            });
    try (failing) {
      List<CompletableFuture<Outcome>> results =
          IntStream.range(0, 20).mapToObj(i -> failing.put(command("c" + i), ALWAYS)).toList();
      results.forEach(result -> assertThat(result.join()).isInstanceOf(Outcome.Kept.class));
    }
    assertThat(tried).hasSize(20).doesNotHaveDuplicates();
  }

  private DeviceInbox inbox() {
    return new DeviceInbox(
        database,
        new DepositStore(database, new AgeWindow(Duration.ofDays(30))),
        (deposit, _) -> passedOn.add(deposit));
  }

  private Deposit command(String name) {
    Instant now = Instant.ofEpochMilli(SERVER.clock().instant().toEpochMilli());
    return new Deposit.Command(device, now, ids.next(), name, Optional.empty());
  }

  private List<String> written() {
    return DeviceClient.texts(
        client.read("/" + device.text() + "/command?limit=1000&sortDirection=asc"), "name");
  }

  /** In the order in which they came, and passed on in that order. */
  @Test
  void messagesGatherWhileTheWriterIsBusy() throws Exception {
    try (DeviceInbox inbox = inbox()) {
      List<CompletableFuture<Outcome>> results = new ArrayList<>();
      List<Deposit> sent = IntStream.range(0, 300).mapToObj(i -> command("c" + i)).toList();
      database.run(_ -> {
        for (Deposit deposit : sent) {
          results.add(inbox.put(deposit, ALWAYS));
        }
        assertThat(results).noneMatch(CompletableFuture::isDone);
      });
      for (CompletableFuture<Outcome> result : results) {
        assertThat(result.get(10, TimeUnit.SECONDS)).isEqualTo(new Outcome.Kept());
      }
      assertThat(passedOn).isEqualTo(sent);
      assertThat(written()).hasSize(300);
    }
  }

  /** What was taken back before a message is written is not written. */
  @Test
  void aMessageIsAskedForAnewAfterEveryChange() throws Exception {
    AtomicBoolean allowed = new AtomicBoolean(true);
    CountDownLatch asked = new CountDownLatch(1);
    Permission permission =
        () -> {
          boolean now = allowed.get();
          asked.countDown();
          if (!now) {
            throw ApiException.unauthorized();
          }
        };
    try (DeviceInbox inbox = inbox()) {
      CompletableFuture<Outcome> other;
      CompletableFuture<Outcome> refused;
      // A change that takes it back, committed after it was asked for and before it is written.
      List<CompletableFuture<Outcome>> results = new ArrayList<>();
      SERVER
          .wiring()
          .database()
          .run(transaction -> {
            results.add(inbox.put(command("refused"), permission));
            results.add(inbox.put(command("kept"), ALWAYS));
            await(asked);
            allowed.set(false);
            transaction.record(
                new Change(
                    Actor.system(),
                    "test",
                    new Subject(SubjectType.SETTING, "x", ""),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty()));
          });
      refused = results.get(0);
      other = results.get(1);
      assertThatThrownBy(refused::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(ApiException.class);
      assertThat(other.join()).isEqualTo(new Outcome.Kept());
      assertThat(written()).containsExactly("kept");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Nobody waits for look-ups inside a write as long as nothing changes in between. */
  @Test
  void isAskedForFromMemory() {
    List<Boolean> inside = new ArrayList<>();
    try (DeviceInbox inbox = inbox()) {
      inbox.put(command("c"), () -> inside.add(database.inTransaction())).join();
    }
    assertThat(inside).containsExactly(false);
  }

  /** One bad message does not take the others with it. */
  @Test
  void oneThatCannotBeWrittenFailsAlone() {
    try (DeviceInbox inbox = inbox()) {
      Permission broken =
          () -> {
            throw new IllegalStateException("cannot be told");
          };
      Deposit twice = command("twice");
      List<CompletableFuture<Outcome>> results = new ArrayList<>();
      database.run(_ -> {
        results.add(inbox.put(command("before"), ALWAYS));
        results.add(inbox.put(command("broken"), broken));
        results.add(inbox.put(twice, ALWAYS));
        // As after a commit of which nobody knows whether it was one: it changes nothing.
        results.add(inbox.put(twice, ALWAYS));
        results.add(inbox.put(command("after"), ALWAYS));
      });
      assertThatThrownBy(results.remove(1)::join).isInstanceOf(CompletionException.class);
      assertThat(results).allMatch(result -> result.join().equals(new Outcome.Kept()));
      assertThat(written()).containsExactlyInAnyOrder("before", "twice", "after");
    }
  }

  @Test
  void tooMuchAndTooLateIsRefused() {
    DeviceInbox inbox = inbox();
    Report empty = new Report(new GivenTime.Absent(), Map.of(), Optional.empty());
    Deposit heavy =
        new Deposit.States(device, Collections.nCopies(1_000, empty), SERVER.clock().instant());
    List<CompletableFuture<Outcome>> results = new ArrayList<>();
    database.run(_ -> {
      for (int i = 0; i < DeviceInbox.WAITING_MAX / 1_000; i++) {
        results.add(inbox.put(heavy, ALWAYS));
      }
      assertThat(results.getLast()).isCompletedExceptionally();
      assertThat(results.subList(0, results.size() - 1)).noneMatch(CompletableFuture::isDone);
    });
    assertThatThrownBy(results.getLast()::join).hasCauseInstanceOf(StoreUnavailable.class);
    assertThat(results.getFirst().join()).isInstanceOf(Outcome.KeptStates.class);
    inbox.close();
    assertThat(results.subList(0, results.size() - 1)).allMatch(CompletableFuture::isDone);
    assertThatThrownBy(inbox.put(command("late"), ALWAYS)::join)
        .hasCauseInstanceOf(StoreUnavailable.class);
    assertThat(written()).isEmpty();
  }

  /** MQT-5: whatever bytes come, nobody hears of it but the device's own state. */
  @Test
  void noBytesDoHarm() {
    DeviceMessages messages = SERVER.wiring().states().messages();
    Random random = new Random(5);
    String[] pieces = {
      "{",
      "}",
      "\"data\"",
      ":",
      "[",
      "]",
      ",",
      "\"n\"",
      "1",
      "null",
      "\"time\"",
      "{\"$date\":",
      "-5",
      "true",
      "\"x\"",
      "\ud83d",
      "1e400",
      "\u0000"
    };
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(12); length > 0; length--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      if (!text.isEmpty() && random.nextInt(10) == 0) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      var _ =
          messages.state(
              device, bytes, SERVER.clock().instant(), ALWAYS, DeviceInbox.Patience.NONE);
    }
    byte[] good = "{\"data\":{\"n\":5,\"list\":[1]}}".getBytes(StandardCharsets.UTF_8);
    Outcome kept =
        messages
            .state(device, good, SERVER.clock().instant(), ALWAYS, DeviceInbox.Patience.LASTING)
            .toCompletableFuture()
            .join();
    assertThat(kept).isInstanceOf(Outcome.KeptStates.class);
    assertThat(client.read("/" + device.text() + "/state").at("/0/data/n").intValue()).isEqualTo(5);
  }

  /** While the database does not answer, who waits for it waits, and the others are told. */
  @Test
  void theDatabaseIsAwayForAWhile() throws Exception {
    AtomicBoolean away = new AtomicBoolean(true);
    Permission whenBack =
        () -> {
          if (away.get()) {
            throw new StoreUnavailable("away");
          }
        };
    try (DeviceInbox inbox = inbox()) {
      List<CompletableFuture<Outcome>> patient = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        patient.add(inbox.put(command("p" + i), whenBack, DeviceInbox.Patience.LASTING));
      }
      for (int i = 0; i < 5; i++) {
        assertThatThrownBy(inbox.put(command("hasty"), whenBack)::join)
            .hasCauseInstanceOf(StoreUnavailable.class);
      }
      assertThat(patient).noneMatch(CompletableFuture::isDone);
      away.set(false);
      for (CompletableFuture<Outcome> result : patient) {
        assertThat(result.get(10, TimeUnit.SECONDS)).isEqualTo(new Outcome.Kept());
      }
      assertThat(passedOn)
          .extracting(deposit -> ((Deposit.Command) deposit).name())
          .containsExactlyElementsOf(IntStream.range(0, 50).mapToObj(i -> "p" + i).toList());
    }
  }

  @Test
  void whoStillWaitsAtTheEndIsTold() {
    Permission never =
        () -> {
          throw new StoreUnavailable("away");
        };
    DeviceInbox inbox = inbox();
    CompletableFuture<Outcome> patient =
        inbox.put(command("p"), never, DeviceInbox.Patience.LASTING);
    inbox.close();
    assertThatThrownBy(patient::join).hasCauseInstanceOf(StoreUnavailable.class);
    assertThat(written()).isEmpty();
  }
}
