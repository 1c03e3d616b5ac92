package io.claviger.server;

import io.claviger.core.Parsed;
import io.claviger.core.change.Anchor;
import io.claviger.core.change.ChainHash;
import io.claviger.core.change.ChainHead;
import io.claviger.core.change.HashChain;
import io.claviger.core.change.Verification;
import io.claviger.server.changelog.Checkpoint;
import io.claviger.server.changelog.InstallationSigner;
import io.claviger.server.security.InstallationKey;
import io.claviger.server.security.SecretBox;
import io.claviger.server.settings.Settings;
import io.claviger.store.ChangeLogCheck;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.Offline;
import io.claviger.store.tenant.CheckpointKeyStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code claviger changelog verify}, with what somebody kept elsewhere to hold the log to.
 *
 * @param noted an end of the log that was noted
 * @param checkpoint a file with a signed end of the log; not together with {@code noted}
 * @param key with which whatever is signed must be signed, in base 64
 */
record ChangeLogCommand(
    Optional<ChainHead> noted, Optional<String> checkpoint, Optional<String> key) {
  private static final Pattern NOTE = Pattern.compile("(\\d{1,18}):([0-9a-f]{64})");

  /** No key has this text: nothing is signed with it. */
  private static final String NOBODY = "";

  /** What was found. */
  enum Outcome {
    INTACT,
    BROKEN,
    /** The log holds, but not what it was to be held to could be looked for. */
    UNKNOWN
  }

  /**
   * An outcome in words.
   *
   * @param text one line
   */
  record Report(Outcome outcome, String text) {}

  /** Reads the arguments; empty when they are for another command, or make no sense. */
  static Optional<ChangeLogCommand> parse(List<String> arguments) {
    if (arguments.size() < 2 || !arguments.subList(0, 2).equals(List.of("changelog", "verify"))) {
      return Optional.empty();
    }
    ChangeLogCommand command =
        new ChangeLogCommand(Optional.empty(), Optional.empty(), Optional.empty());
    List<String> rest = arguments.subList(2, arguments.size());
    while (!rest.isEmpty()) {
      boolean named = rest.getFirst().startsWith("--");
      Optional<ChangeLogCommand> next =
          named
              ? rest.size() > 1 ? command.with(rest.getFirst(), rest.get(1)) : Optional.empty()
              : command.with(rest.getFirst());
      if (next.isEmpty()) {
        return Optional.empty();
      }
      command = next.get();
      rest = rest.subList(named ? 2 : 1, rest.size());
    }
    return Optional.of(command);
  }

  private Optional<ChangeLogCommand> with(String name, String value) {
    if (name.equals("--checkpoint") && checkpoint.isEmpty() && noted.isEmpty()) {
      return Optional.of(new ChangeLogCommand(noted, Optional.of(value), key));
    }
    return name.equals("--key") && key.isEmpty()
        ? Optional.of(new ChangeLogCommand(noted, checkpoint, Optional.of(value)))
        : Optional.empty();
  }

  private Optional<ChangeLogCommand> with(String note) {
    Matcher matcher = NOTE.matcher(note);
    return matcher.matches() && noted.isEmpty() && checkpoint.isEmpty()
        ? Optional.of(
            new ChangeLogCommand(
                Optional.of(
                    new ChainHead(
                        Long.parseLong(matcher.group(1)), new ChainHash(matcher.group(2)))),
                checkpoint,
                key))
        : Optional.empty();
  }

  /**
   * Checks the log.
   *
   * @param random nothing is sealed with it
   * @return what was found, or why the checkpoint is of no use
   * @throws io.claviger.store.StoreUnavailable when there is no such database
   */
  Parsed<Report> run(Settings settings, RandomGenerator random) {
    if (checkpoint.isEmpty()) {
      return Parsed.ok(check(settings, noted.orElse(HashChain.genesis()), random));
    }
    return switch (read(checkpoint.get())) {
      case Parsed.Rejected<ChainHead>(String reason) -> Parsed.rejected(reason);
      case Parsed.Ok<ChainHead>(ChainHead head) -> Parsed.ok(check(settings, head, random));
    };
  }

  /**
   * What a checkpoint says. Without a key of one's own the key in it is believed, which proves that
   * it was not damaged, and no more.
   */
  private Parsed<ChainHead> read(String file) {
    Parsed<Checkpoint> parsed;
    try {
      parsed = Checkpoint.parse(Files.readAllBytes(Path.of(file)));
    } catch (IOException | InvalidPathException e) {
      return Parsed.rejected("the checkpoint cannot be read: " + e.getMessage());
    }
    return switch (parsed) {
      case Parsed.Rejected<Checkpoint>(String reason) -> Parsed.rejected("the file " + reason);
      case Parsed.Ok<Checkpoint>(Checkpoint found) -> {
        if (key.filter(it -> !it.equals(found.publicKey())).isPresent()) {
          yield Parsed.rejected("the checkpoint is signed with another key");
        }
        yield found.isSigned()
            ? Parsed.ok(found.head())
            : Parsed.rejected("the signature of the checkpoint is wrong");
      }
    };
  }

  private Report check(Settings settings, ChainHead expected, RandomGenerator random) {
    DatabaseSettings database = Installation.database(settings);
    Optional<String> trusted = key.or(() -> ownKey(settings, database, random));
    return report(ChangeLogCheck.verify(database, expected, trusted));
  }

  /**
   * The key in the database, if it is that of this installation; one that is not may have been put
   * there by whoever changed the log. Empty when the secret key is not at hand, as with a copy of
   * the database elsewhere.
   */
  private static Optional<String> ownKey(
      Settings settings, DatabaseSettings database, RandomGenerator random) {
    Optional<SecretBox> box =
        InstallationKey.existing(
            settings.secretKey().map(Settings.SecretKey::bytes),
            Installation.keyFile(settings),
            random);
    return box.flatMap(opened ->
        Offline.read(database, CheckpointKeyStore::find)
            .map(found -> {
              try {
                return InstallationSigner.open(found, opened).publicKey();
              } catch (IllegalStateException _) {
                return NOBODY;
              }
            }));
  }

  static Report report(Verification found) {
    return switch (found) {
      case Verification.Intact(long count, ChainHead head, Optional<Anchor> anchor) ->
          new Report(
              Outcome.INTACT,
              "intact: "
                  + count
                  + " entries, head "
                  + head.hash().hex()
                  + anchor.map(ChangeLogCommand::describe).orElse(""));
      case Verification.Removed(ChainHead lost, Anchor anchor, ChainHead head) ->
          new Report(
              Outcome.UNKNOWN,
              "cannot be told: entry "
                  + lost.sequence()
                  + " was removed because of its age, and what was noted with it. What is kept is"
                  + " intact: "
                  + head.sequence()
                  + " entries, head "
                  + head.hash().hex()
                  + describe(anchor));
      case Verification.Broken(long sequence, String reason) ->
          new Report(Outcome.BROKEN, "broken at entry " + sequence + ": " + reason);
    };
  }

  static String describe(Anchor anchor) {
    return "; entries up to "
        + anchor.head().sequence()
        + ", of "
        + anchor.until()
        + " and before, were removed because of their age, as is signed with the key "
        + anchor.publicKey();
  }
}
