package io.claviger.store.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.change.Actor;
import io.claviger.core.change.ActorType;
import io.claviger.core.change.Change;
import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.UserId;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.ListPage;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.audit.AuditFilter.Party;
import io.claviger.store.audit.AuditFilter.Requested;
import io.claviger.store.audit.AuditFilter.Target;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Every database shows the same logs as {@link AuditModel}, whatever is asked for. */
abstract class AuditStoreContract {
  private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
  private static final Set<String> CREATED = Set.of("applicationKeys.post", "applications.post");
  private static final List<String> ACTIONS =
      List.of(
          "applicationKeys.post",
          "applicationKey.patch",
          "applications.post",
          "application.patch",
          "device.delete",
          "device.purge");
  private static final List<String> NAMES = List.of("Plant", "plant", "Åsa 🔑", "", "x_%'");
  private static final int ENTRIES = 600;

  abstract DatabaseSettings freshSettings();

  private final Random random = new Random(7);
  private final AtomicReference<Instant> now = new AtomicReference<>(START);

  /** Made anew while tests run; equal parts come up often. */
  private static String id(String kind, int number) {
    return (kind + "0".repeat(24)).substring(0, 22) + "%02d".formatted(number);
  }

  private <T> T pick(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private <T> Optional<T> maybe(Supplier<T> value) {
    return random.nextInt(3) == 0 ? Optional.of(value.get()) : Optional.empty();
  }

  private String application() {
    return id("a1", random.nextInt(3));
  }

  private String user() {
    return id("b1", random.nextInt(3));
  }

  private String organization() {
    return id("c1", random.nextInt(3));
  }

  private String thing() {
    return id("d1", random.nextInt(4));
  }

  private Change change() {
    ActorType type = pick(List.of(ActorType.USER, ActorType.API_TOKEN, ActorType.DEVICE));
    String name = pick(NAMES);
    Actor actor =
        switch (random.nextInt(8)) {
          case 0 -> Actor.system();
          default ->
              type == ActorType.USER
                  ? Actor.user(user(), name)
                  : new Actor(type, thing(), name, maybe(this::user));
        };
    SubjectType subject = pick(List.of(SubjectType.values()));
    String subjectId =
        subject == SubjectType.APPLICATION
            ? application()
            : subject == SubjectType.USER ? user() : thing();
    Optional<String> owner =
        random.nextInt(4) == 0 ? Optional.empty() : Optional.of(organization());
    boolean inApplication =
        Set.of(
                SubjectType.SESSION,
                SubjectType.DEVICE,
                SubjectType.DEVICE_ATTRIBUTE,
                SubjectType.ACCESS_KEY,
                SubjectType.API_TOKEN,
                SubjectType.DASHBOARD)
            .contains(subject);
    return new Change(
        actor,
        pick(ACTIONS),
        new Subject(subject, subjectId, pick(NAMES)),
        owner,
        inApplication && random.nextInt(4) > 0 ? Optional.of(application()) : Optional.empty(),
        owner.isPresent() ? Optional.empty() : maybe(this::user),
        maybe(() -> "{\"a\":1}"),
        maybe(() -> "{\"a\":2}"));
  }

  private List<ChangeEntry> fill(Database database) {
    List<ChangeEntry> all = new ArrayList<>();
    while (all.size() < ENTRIES) {
      // Several entries of one time, and a clock that is set back now and then.
      now.set(START.plusSeconds(all.size() / 3 - random.nextInt(20)));
      database.run(transaction -> {
        for (int i = random.nextInt(8); i >= 0; i--) {
          all.add(transaction.record(change()));
        }
      });
    }
    return all;
  }

  private Target target(List<String> types) {
    return new Target(
        maybe(() -> random.nextBoolean() ? application() : thing()),
        maybe(() -> pick(types)),
        maybe(() -> pick(NAMES)));
  }

  private <T> List<T> some(Supplier<T> value) {
    List<T> result = new ArrayList<>();
    for (int i = random.nextInt(6) - 3; i > 0; i--) {
      result.add(value.get());
    }
    return result;
  }

  private AuditFilter filter() {
    return new AuditFilter(
        maybe(() -> START.plusSeconds(random.nextInt(200))),
        maybe(() -> START.plusSeconds(random.nextInt(200))),
        some(() -> target(List.of("Application", "Dashboard", "OrgInvite"))),
        some(() -> target(List.of("ApiToken", "ApplicationKey", "Device", "Dashboard", "Flow"))),
        some(() ->
            new Party(
                maybe(() -> random.nextBoolean() ? user() : thing()),
                maybe(() -> pick(List.of("User", "ApiToken", "Device", "System", "Flow"))),
                maybe(() -> pick(NAMES)),
                maybe(this::user))),
        some(() ->
            new Requested(
                maybe(() -> pick(List.of("applicationKeys", "applicationKey", "device"))),
                maybe(() -> pick(List.of("post", "patch", "delete", "atch"))))),
        some(() -> pick(List.of(200, 201, 404))));
  }

  private AuditLog log() {
    if (random.nextBoolean()) {
      return new AuditLog.OfOrganization(new OrganizationId(organization()));
    }
    return new AuditLog.OfAccount(new UserId(user()), random.nextBoolean());
  }

  private ListRequest request(int page, int perPage) {
    return new ListRequest(
        page,
        perPage,
        pick(List.of("creationDate", "actorName", "responseStatus")),
        pick(List.of(SortDirection.values())),
        Optional.empty());
  }

  @Test
  void agreesWithTheModel() {
    try (Database database = Database.open(freshSettings(), now::get)) {
      List<ChangeEntry> all = fill(database);
      AuditModel model = new AuditModel(all, CREATED);
      AuditStore store = new AuditStore(database, CREATED);
      int found = 0;
      for (int i = 0; i < 250; i++) {
        AuditLog log = log();
        AuditFilter filter = i % 4 == 0 ? AuditFilter.NONE : filter();
        ListRequest request = request(random.nextInt(3), 1 + random.nextInt(30));
        List<ChangeEntry> expected = model.matching(log, filter, request);
        ListPage<AuditRow> page = store.list(log, filter, request, Optional.empty());
        assertThat(page.totalCount()).as("%s %s", log, filter).isEqualTo(expected.size());
        assertThat(sequences(page))
            .as("%s %s %s", log, filter, request)
            .isEqualTo(
                expected.stream()
                    .skip((long) request.page() * request.perPage())
                    .limit(request.perPage())
                    .map(ChangeEntry::sequence)
                    .toList());
        for (AuditRow row : page.items()) {
          assertWhole(store, model, log, row, all);
          found++;
        }
      }
      assertThat(found).isGreaterThan(1_000);
    }
  }

  private static List<Long> sequences(ListPage<AuditRow> page) {
    return page.items().stream().map(row -> row.entry().sequence()).toList();
  }

  private static void assertWhole(
      AuditStore store, AuditModel model, AuditLog log, AuditRow row, List<ChangeEntry> all) {
    ChangeEntry entry = all.get((int) row.entry().sequence() - 1);
    assertThat(row.entry().change().before()).isEmpty();
    assertThat(row.entry().hash()).isEqualTo(entry.hash());
    assertThat(store.find(log, row.id()).orElseThrow().entry()).isEqualTo(entry);
    entry
        .change()
        .applicationId()
        .ifPresent(application ->
            assertThat(row.applicationName())
                .isEqualTo(model.applicationName(application, entry.sequence())));
  }

  /** What is in one log cannot be read through another one. */
  @Test
  void anEntryIsFoundInItsOwnLogOnly() {
    try (Database database = Database.open(freshSettings(), now::get)) {
      List<ChangeEntry> all = fill(database);
      AuditModel model = new AuditModel(all, CREATED);
      AuditStore store = new AuditStore(database, CREATED);
      for (int i = 0; i < 150; i++) {
        AuditLog log = log();
        ChangeEntry entry = pick(all);
        boolean inside =
            model
                .matching(log, AuditFilter.NONE, ListRequest.firstBy("creationDate"))
                .contains(entry);
        String id = entry.hash().hex().substring(0, AuditRow.ID_LENGTH);
        assertThat(store.find(log, id).isPresent()).as("%s %s", log, entry).isEqualTo(inside);
      }
    }
  }

  /** Walking with the last entry of each page sees each entry once, whatever comes meanwhile. */
  @Test
  void pagesBehindAnEntryDoNotMove() {
    try (Database database = Database.open(freshSettings(), now::get)) {
      List<ChangeEntry> all = fill(database);
      AuditModel model = new AuditModel(all, CREATED);
      AuditStore store = new AuditStore(database, CREATED);
      for (int i = 0; i < 8; i++) {
        AuditLog log = log();
        ListRequest request = request(0, 7);
        List<Long> walked = new ArrayList<>();
        Optional<AuditRow> last = Optional.empty();
        do {
          ListPage<AuditRow> page = store.list(log, AuditFilter.NONE, request, last);
          walked.addAll(sequences(page));
          last = page.items().isEmpty() ? Optional.empty() : Optional.of(page.items().getLast());
          var _ = database.write(transaction -> transaction.record(change()));
        } while (last.isPresent());
        assertThat(walked)
            .doesNotHaveDuplicates()
            .containsSubsequence(
                model.matching(log, AuditFilter.NONE, request).stream()
                    .map(ChangeEntry::sequence)
                    .toList());
      }
    }
  }
}
