package io.claviger.core.change;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class HashChainTest {
  private static final Instant TIME = Instant.parse("2026-01-01T00:00:00.123Z");

  private static final Change SAMPLE =
      new Change(
          new Actor(
              ActorType.API_TOKEN,
              "5a4b3c2d1e0f5a4b3c2d1e0f",
              "Büro 🔑",
              Optional.of("4b3c2d1e0f5a4b3c2d1e0f5a")),
          "applicationKeys.patch",
          new Subject(SubjectType.ACCESS_KEY, "575ecf887ae143cd83dc4aa2", ""),
          Optional.empty(),
          Optional.of("3c2d1e0f5a4b3c2d1e0f5a4b"),
          Optional.empty(),
          Optional.of("{\"status\":\"active\"}"),
          Optional.of("{\"status\":\"inactive\"}"));

  /** The values were computed from the description of the encoding by another program. */
  @Test
  void encodingStaysTheSame() {
    assertThat(HashChain.genesis().hash().hex())
        .isEqualTo("e8cb92a0b868a947bd06607394c9d3c82b4d0a03536744f8a9710b57bacfe01f");
    assertThat(HashChain.next(HashChain.genesis(), SAMPLE, TIME).hash().hex())
        .isEqualTo("7059d4f53080b2724355a3bf7913d3cb88cef32ee89f4d6e10a46b583fb2aeb9");
    Change ofAccount = withAccount(SAMPLE, SAMPLE.actor().userId());
    assertThat(HashChain.next(HashChain.genesis(), ofAccount, TIME).hash().hex())
        .isEqualTo("12cb1aa8735194ef1ca723ba82f0d6488f89f3582d28525ba14fb5c71c585094");
  }

  @Test
  void wholeChainIsIntact() {
    List<ChangeEntry> chain = chain(20, 1);
    assertThat(HashChain.verify(chain))
        .isEqualTo(new Verification.Intact(20, chain.getLast().head()));
    assertThat(HashChain.verify(List.of()))
        .isEqualTo(new Verification.Intact(0, HashChain.genesis()));
  }

  @Test
  void timeIsCutToTheMillisecond() {
    ChangeEntry entry = HashChain.next(HashChain.genesis(), SAMPLE, TIME.plusNanos(999_999));
    assertThat(entry.time()).isEqualTo(TIME);
  }

  @Test
  void anyAlteredFieldIsNamed() {
    List<ChangeEntry> chain = chain(12, 2);
    for (UnaryOperator<ChangeEntry> alteration : alterations()) {
      for (int index = 0; index < chain.size(); index++) {
        var altered = new ArrayList<>(chain);
        altered.set(index, alteration.apply(chain.get(index)));
        assertThat(altered.get(index)).isNotEqualTo(chain.get(index));
        assertBrokenAt(altered, index + 1);
      }
    }
  }

  @Test
  void alteredEntryWithFittingHashBreaksTheNext() {
    List<ChangeEntry> chain = chain(6, 3);
    chain.set(2, HashChain.next(chain.get(1).head(), SAMPLE, TIME));
    assertBrokenAt(chain, 4);
  }

  @Test
  void droppedSwappedDuplicatedAndInsertedEntriesAreNamed() {
    for (int index = 0; index < 10; index++) {
      List<ChangeEntry> dropped = chain(11, 4);
      dropped.remove(index);
      assertBrokenAt(dropped, index + 1);

      List<ChangeEntry> swapped = chain(11, 4);
      Collections.swap(swapped, index, index + 1);
      assertBrokenAt(swapped, index + 1);

      List<ChangeEntry> duplicated = chain(11, 4);
      duplicated.add(index, duplicated.get(index));
      assertBrokenAt(duplicated, index + 2);

      List<ChangeEntry> inserted = chain(11, 4);
      inserted.add(index + 1, chain(11, 5).get(index + 1));
      assertBrokenAt(inserted, index + 2);
    }
  }

  /** Moving text from one field to its neighbour gives the same letters in a row. */
  @Test
  void noTwoChangesShareAnEncoding() {
    Set<ChainHash> hashes = new HashSet<>();
    Set<Change> changes = new HashSet<>();
    List<String> texts = List.of("", "a", "b", "ab", "aa");
    for (String first : texts) {
      for (String second : texts) {
        for (Optional<String> third : optionals(texts)) {
          for (Optional<String> fourth : optionals(texts)) {
            changes.add(
                new Change(
                    new Actor(ActorType.USER, "u", first, third),
                    second,
                    SAMPLE.subject(),
                    fourth,
                    third,
                    fourth,
                    third));
            changes.add(
                new Change(
                    Actor.system(),
                    "x",
                    new Subject(SubjectType.USER, first, second),
                    third,
                    fourth,
                    Optional.empty(),
                    third));
          }
        }
      }
    }
    changes.forEach(change -> hashes.add(HashChain.next(HashChain.genesis(), change, TIME).hash()));
    assertThat(hashes).hasSameSizeAs(changes);
  }

  @Test
  void textWithoutUtf8FormIsReplacedWhenRecordedAndRefusedWhenFound() {
    Change odd = withAction(SAMPLE, "a\ud800b\u0000");
    ChangeEntry entry = HashChain.next(HashChain.genesis(), odd, TIME);
    assertThat(entry.change().action()).isEqualTo("a\ufffdb\ufffd");
    assertThat(HashChain.verify(List.of(entry))).isInstanceOf(Verification.Intact.class);
    assertBrokenAt(
        List.of(new ChangeEntry(1, entry.time(), odd, entry.previousHash(), entry.hash())), 1);
    assertThat(withAction(SAMPLE, "🔑 é").wellFormed()).isEqualTo(withAction(SAMPLE, "🔑 é"));
  }

  @Test
  void wireNamesReadBack() {
    for (ActorType type : ActorType.values()) {
      assertThat(ActorType.ofWireName(type.wireName())).contains(type);
    }
    for (SubjectType type : SubjectType.values()) {
      assertThat(SubjectType.ofWireName(type.wireName())).contains(type);
    }
    assertThat(ActorType.ofWireName("user")).isEmpty();
    assertThat(SubjectType.ofWireName("")).isEmpty();
  }

  @Test
  void onlyTheSystemActsWithoutIdentifier() {
    assertThatThrownBy(() -> new Actor(ActorType.USER, "", "x", Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Actor(ActorType.SYSTEM, "x", "x", Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void chainHashIsExactly32Bytes() {
    assertThatThrownBy(() -> ChainHash.ofBytes(new byte[31]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ChainHash("A".repeat(64)))
        .isInstanceOf(IllegalArgumentException.class);
    ChainHash hash = HashChain.genesis().hash();
    assertThat(ChainHash.ofBytes(hash.toBytes())).isEqualTo(hash);
  }

  private static void assertBrokenAt(List<ChangeEntry> chain, long sequence) {
    assertThat(HashChain.verify(chain))
        .isInstanceOfSatisfying(
            Verification.Broken.class, broken -> assertThat(broken.sequence()).isEqualTo(sequence));
  }

  private static List<ChangeEntry> chain(int length, long seed) {
    var random = new Random(seed);
    var entries = new ArrayList<ChangeEntry>();
    ChainHead head = HashChain.genesis();
    for (int i = 0; i < length; i++) {
      Change change =
          withAccount(
              withAction(SAMPLE, "action" + random.nextInt(1000)),
              i % 2 == 0 ? Optional.empty() : Optional.of("account"));
      ChangeEntry entry = HashChain.next(head, change, TIME.plusMillis(random.nextInt(5000)));
      entries.add(entry);
      head = entry.head();
    }
    return entries;
  }

  private static List<Optional<String>> optionals(List<String> texts) {
    var all = new ArrayList<Optional<String>>();
    all.add(Optional.empty());
    texts.forEach(text -> all.add(Optional.of(text)));
    return all;
  }

  private static Change withAction(Change change, String action) {
    return new Change(
        change.actor(),
        action,
        change.subject(),
        change.organizationId(),
        change.applicationId(),
        change.accountId(),
        change.before(),
        change.after());
  }

  private static Change withAccount(Change change, Optional<String> account) {
    return new Change(
        change.actor(),
        change.action(),
        change.subject(),
        change.organizationId(),
        change.applicationId(),
        account,
        change.before(),
        change.after());
  }

  /** One for each component of an entry, down to the leaves. */
  private static List<UnaryOperator<ChangeEntry>> alterations() {
    var foreign = new ChainHash("0".repeat(64));
    var all = new ArrayList<UnaryOperator<ChangeEntry>>();
    all.add(
        e -> new ChangeEntry(e.sequence() + 100, e.time(), e.change(), e.previousHash(), e.hash()));
    all.add(e ->
        new ChangeEntry(
            e.sequence(), e.time().plusMillis(1), e.change(), e.previousHash(), e.hash()));
    all.add(e ->
        new ChangeEntry(
            e.sequence(), e.time().plusNanos(1), e.change(), e.previousHash(), e.hash()));
    all.add(e -> new ChangeEntry(e.sequence(), e.time(), e.change(), foreign, e.hash()));
    all.add(e -> new ChangeEntry(e.sequence(), e.time(), e.change(), e.previousHash(), foreign));
    all.add(actor((a, x) -> new Actor(ActorType.USER, a.id(), a.name(), a.userId())));
    all.add(actor((a, x) -> new Actor(a.type(), x, a.name(), a.userId())));
    all.add(actor((a, x) -> new Actor(a.type(), a.id(), x, a.userId())));
    all.add(actor((a, x) -> new Actor(a.type(), a.id(), a.name(), Optional.of(x))));
    all.add(actor((a, x) -> new Actor(a.type(), a.id(), a.name(), Optional.empty())));
    all.add(change((c, x) -> withAction(c, x)));
    all.add(subject((s, x) -> new Subject(SubjectType.DEVICE, s.id(), s.name())));
    all.add(subject((s, x) -> new Subject(s.type(), x, s.name())));
    all.add(subject((s, x) -> new Subject(s.type(), s.id(), x)));
    all.add(
        change((c, x) ->
            new Change(
                c.actor(),
                c.action(),
                c.subject(),
                Optional.of(x),
                c.applicationId(),
                c.accountId(),
                c.before(),
                c.after())));
    all.add(
        change((c, x) ->
            new Change(
                c.actor(),
                c.action(),
                c.subject(),
                c.organizationId(),
                Optional.of(x),
                c.accountId(),
                c.before(),
                c.after())));
    all.add(
        change((c, x) ->
            new Change(
                c.actor(),
                c.action(),
                c.subject(),
                c.organizationId(),
                c.applicationId(),
                c.accountId(),
                Optional.of(x),
                c.after())));
    all.add(
        change((c, x) ->
            new Change(
                c.actor(),
                c.action(),
                c.subject(),
                c.organizationId(),
                c.applicationId(),
                c.accountId(),
                c.before(),
                Optional.of(x))));
    all.add(change((c, x) -> withAccount(c, Optional.of(x))));
    all.add(
        change((c, x) ->
            withAccount(c, c.accountId().isPresent() ? Optional.empty() : Optional.of("account"))));
    return all;
  }

  private static UnaryOperator<ChangeEntry> change(BiFunction<Change, String, Change> alter) {
    return e ->
        new ChangeEntry(
            e.sequence(), e.time(), alter.apply(e.change(), "other"), e.previousHash(), e.hash());
  }

  private static UnaryOperator<ChangeEntry> actor(BiFunction<Actor, String, Actor> alter) {
    return change((c, x) ->
        new Change(
            alter.apply(c.actor(), x),
            c.action(),
            c.subject(),
            c.organizationId(),
            c.applicationId(),
            c.accountId(),
            c.before(),
            c.after()));
  }

  private static UnaryOperator<ChangeEntry> subject(BiFunction<Subject, String, Subject> alter) {
    return change((c, x) ->
        new Change(
            c.actor(),
            c.action(),
            alter.apply(c.subject(), x),
            c.organizationId(),
            c.applicationId(),
            c.accountId(),
            c.before(),
            c.after()));
  }
}
