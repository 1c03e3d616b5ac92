package io.claviger.store.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.id.ApplicationId;
import io.claviger.core.id.EventId;
import io.claviger.store.Database;
import io.claviger.store.DatabaseSettings;
import io.claviger.store.Glob;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.event.EventRow.Source;
import io.claviger.store.event.EventStore.Worst;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.query.QueryParser;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** How events are kept and found, the same on every database (QRY-1 to QRY-10). */
abstract class EventStoreContract {
  private static final ApplicationId APPLICATION = new ApplicationId("a".repeat(24));
  private static final ApplicationId OTHER = new ApplicationId("b".repeat(24));
  private static final EventFilter ALL =
      new EventFilter(Optional.empty(), Optional.empty(), Optional.empty());

  private Database database;
  private EventStore store;

  /** A new, empty database. */
  abstract DatabaseSettings freshSettings();

  @BeforeEach
  void open() {
    InstantSource clock = () -> Instant.ofEpochMilli(1_800_000_000_000L);
    database = Database.open(freshSettings(), clock);
    store = new EventStore(database);
    for (ApplicationId application : List.of(APPLICATION, OTHER)) {
      database.run(transaction ->
          transaction
              .handle()
              .createUpdate(
                  "INSERT INTO application (id, owner_type, owner_id, name, name_folded, details,"
                      + " created_at, updated_at) VALUES (:id, 'user', 'x', 'A', 'a', '{}', 0, 0)")
              .bind("id", application.text())
              .execute());
    }
    insert(1, APPLICATION, EventLevel.INFO, EventState.NEW, "Pump 100%", "{\"site\":\"north\"}");
    insert(2, APPLICATION, EventLevel.ERROR, EventState.NEW, "pump two", "{\"site\":\"South\"}");
    insert(3, APPLICATION, EventLevel.ERROR, EventState.RESOLVED, "Éclair", "{}");
    insert(4, APPLICATION, EventLevel.ERROR, EventState.NEW, "valve", "{\"line\":\"north\"}");
    insert(9, OTHER, EventLevel.CRITICAL, EventState.NEW, "Pump", "{\"site\":\"north\"}");
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static EventId id(int number) {
    return new EventId("%024x".formatted(number));
  }

  private void insert(
      int number,
      ApplicationId application,
      EventLevel level,
      EventState state,
      String subject,
      String tags) {
    ObjectNode details = (ObjectNode) JsonColumn.read("{\"eventTags\":" + tags + "}");
    EventRow event =
        new EventRow(
            id(number),
            application,
            new Source("user", "c".repeat(24), "Ada"),
            level,
            state,
            subject,
            Optional.empty(),
            Optional.empty(),
            details,
            Instant.ofEpochMilli(number),
            Instant.ofEpochMilli(100 - number));
    database.run(transaction -> store.insert(transaction, event));
  }

  private static EventFilter query(String json) {
    return new EventFilter(
        Optional.of(QueryParser.events(JsonColumn.read(json)).orThrow()),
        Optional.empty(),
        Optional.empty());
  }

  private String found(EventFilter filter) {
    List<String> numbers = new ArrayList<>();
    for (EventId id : store.ids(APPLICATION, filter)) {
      numbers.add(Integer.toString(Integer.parseInt(id.text(), 16)));
    }
    return String.join(" ", numbers);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      textBlock =
          """
          {}                                                  | 1 2 3 4
          {"id":"000000000000000000000002"}                   | 2
          {"creationDate":{"$gte":2,"$lt":4}}                 | 2 3
          {"lastUpdated":{"$gt":97}}                          | 1 2
          {"sourceId":{"$startsWith":"cc"}}                   | 1 2 3 4
          {"sourceType":{"$ne":"user"}}                       | ``
          {"level":{"$in":["error"]},"state":"new"}           | 2 4
          {"subject":{"$startsWith":"PUMP","$ci":true}}       | 1 2
          {"subject":{"$contains":"0%"}}                      | 1
          {"subject":{"$eq":"éCLAIR","$ci":true}}             | 3
          {"subject":"pump"}                                  | ``
          {"deviceId":null}                                   | 1 2 3 4
          {"deviceId":{"$ne":null}}                           | ``
          {"experienceUserId":null}                           | 1 2 3 4
          {"eventTags":null}                                  | 3
          {"eventTags":{"site":"north"}}                      | 1
          {"eventTags":{"$tagValue":"north"}}                 | 1 4
          {"eventTags":{"site":null}}                         | 3 4
          {"eventTags":{"$ne":{"$tagKey":"site"}}}            | 3 4
          {"$nor":[{"eventTags":{"site":{"$in":["South"]}}}]} | 1 3 4
          {"$or":[{"level":"info"},{"subject":"valve"}]}      | 1 4
          """)
  void queriesFindWhatTheySay(String query, String expected) {
    assertThat(found(query(query))).isEqualTo(expected);
  }

  @Test
  void conditionsHoldTogether() {
    EventFilter filter =
        new EventFilter(
            Optional.empty(),
            Optional.of(EventState.NEW),
            Optional.of(Glob.parse("PUMP*").orThrow()));
    assertThat(found(filter)).isEqualTo("1 2");
    assertThat(store.idsAmong(APPLICATION, filter, List.of(id(2), id(3), id(9))))
        .containsExactly(id(2));
    assertThat(store.rowsAmong(APPLICATION, ALL, List.of(id(3), id(9))))
        .extracting(EventRow::subject)
        .containsExactly("Éclair");
  }

  @Test
  void theWorstIsTheMostSevereAndOfTheseTheYoungest() {
    Worst worst = store.worst(APPLICATION, ALL);
    assertThat(worst.event().map(EventRow::id)).contains(id(4));
    assertThat(worst.count()).isEqualTo(4);
    assertThat(store.worst(APPLICATION, query("{\"subject\":\"none\"}")))
        .isEqualTo(new Worst(Optional.empty(), 0));
  }

  @Test
  void levelsSortBySeverity() {
    ListRequest request =
        new ListRequest(0, 10, "level", SortDirection.ASCENDING, Optional.empty());
    assertThat(store.list(APPLICATION, ALL, request).orThrow().items())
        .extracting(EventRow::id)
        .containsExactly(id(1), id(2), id(3), id(4));
  }

  @Test
  void whatIsDeletedIsGoneWithItsTags() {
    database.run(transaction -> store.delete(transaction, List.of(id(1), id(9))));
    assertThat(found(ALL)).isEqualTo("2 3 4");
    assertThat(store.count(OTHER)).isZero();
    assertThat(store.find(APPLICATION, id(2))).isPresent();
    assertThat(store.find(OTHER, id(2))).isEmpty();
    long tags =
        database.read(
            handle -> handle.createQuery("SELECT COUNT(*) FROM event_tag").mapTo(Long.class).one());
    assertThat(tags).isEqualTo(2);
  }
}
