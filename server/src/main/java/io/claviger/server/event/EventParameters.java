package io.claviger.server.event;

import io.claviger.core.Parsed;
import io.claviger.core.query.EventField;
import io.claviger.server.api.ListParameters;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Query;
import io.claviger.store.Glob;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.event.EventFilter;
import io.claviger.store.event.EventState;
import io.claviger.store.event.EventStore;
import io.claviger.store.query.QueryParser;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Which events the parameters of a request mean. A query stands for all the others (WIR-14).
 *
 * @param query the advanced query as it came
 * @param request the page, with the filter by field
 * @param state the wanted state
 */
record EventParameters(Optional<JsonNode> query, ListRequest request, Optional<EventState> state) {

  /**
   * Reads them.
   *
   * @throws ApiException 400 that names the parameter
   */
  static EventParameters of(Query parameters) {
    ListRequest read =
        ListParameters.read(parameters, EventStore.LIST, "creationDate", SortDirection.DESCENDING);
    Optional<EventState> state = state(parameters);
    Optional<JsonNode> query = ListParameters.query(parameters);
    return query.isEmpty()
        ? new EventParameters(query, read, state)
        : new EventParameters(query, unfiltered(read), Optional.empty());
  }

  private static ListRequest unfiltered(ListRequest read) {
    return new ListRequest(
        read.page(), read.perPage(), read.sortField(), read.direction(), Optional.empty());
  }

  private static Optional<EventState> state(Query parameters) {
    return parameters
        .text("state")
        .filter(text -> !text.isEmpty())
        .map(text ->
            EventState.parse(text)
                .orElseThrow(() ->
                    ApiException.validation(
                        "state", "must be one of new, acknowledged, resolved")));
  }

  /** The condition, without the filter of the page. */
  EventFilter listed() {
    return new EventFilter(query.map(EventParameters::parsed), state, Optional.empty());
  }

  /** The whole condition. */
  EventFilter all() {
    return new EventFilter(
        query.map(EventParameters::parsed), state, request.filter().map(ListRequest.Filter::glob));
  }

  /**
   * New events of a subject or those of a query.
   *
   * @throws ApiException 400 that names the parameter
   */
  static EventFilter newOnes(Query parameters) {
    Optional<Glob> subject =
        parameters.text("filter").filter(text -> !text.isEmpty()).map(EventParameters::glob);
    Optional<JsonNode> query = ListParameters.query(parameters);
    return new EventFilter(
        query.map(EventParameters::parsed),
        Optional.of(EventState.NEW),
        query.isPresent() ? Optional.empty() : subject);
  }

  private static Glob glob(String text) {
    return switch (Glob.parse(text)) {
      case Parsed.Ok<Glob>(Glob glob) -> glob;
      case Parsed.Rejected<Glob>(String reason) -> throw ApiException.validation("filter", reason);
    };
  }

  /**
   * Those that an advanced query means.
   *
   * @throws ApiException 400 for what is no query
   */
  static EventFilter ofQuery(JsonNode document) {
    return new EventFilter(Optional.of(parsed(document)), Optional.empty(), Optional.empty());
  }

  private static io.claviger.core.query.Query<EventField> parsed(JsonNode document) {
    return switch (QueryParser.events(document)) {
      case Parsed.Ok<io.claviger.core.query.Query<EventField>>(var query) -> query;
      case Parsed.Rejected<io.claviger.core.query.Query<EventField>>(String reason) ->
          throw ApiException.validation("query", reason);
    };
  }
}
