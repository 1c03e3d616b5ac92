package io.claviger.server.device;

import io.claviger.core.Parsed;
import io.claviger.core.device.DeviceClass;
import io.claviger.core.device.TagSelector;
import io.claviger.core.id.DeviceId;
import io.claviger.core.query.DeviceField;
import io.claviger.core.query.Literal;
import io.claviger.core.query.Query;
import io.claviger.core.query.ValueTest;
import io.claviger.server.api.Call;
import io.claviger.server.api.ListParameters;
import io.claviger.server.api.Wire;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.store.device.DeviceFilter;
import io.claviger.store.device.DeviceSet;
import io.claviger.store.device.DeviceSet.Presence;
import io.claviger.store.query.QueryParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which devices a request means. Every list, look-up of names and bulk action makes its set of
 * devices here, so that none of them goes beyond what the caller reaches (KEY-44).
 *
 * @param given the advanced query as it came
 * @param query all that the request demands
 * @param classes of which one is demanded; none for all
 * @param tags each of which is demanded
 * @param parent whose children are demanded
 */
record WantedDevices(
    Optional<JsonNode> given,
    Query<DeviceField> query,
    Set<DeviceClass> classes,
    List<TagSelector> tags,
    Optional<DeviceId> parent) {

  /**
   * What the parameters of a list demand. A query stands for all the others (WIR-14).
   *
   * @throws ApiException 400 that names the parameter
   */
  static WantedDevices ofList(io.claviger.server.http.Query parameters) {
    Optional<JsonNode> given = ListParameters.query(parameters);
    if (given.isPresent()) {
      return ofQuery(given.get());
    }
    Set<DeviceClass> classes = DeviceParameters.classes(parameters);
    List<TagSelector> tags = DeviceParameters.tags(parameters);
    Optional<DeviceId> parent = DeviceParameters.parent(parameters);
    return new WantedDevices(
        Optional.empty(), together(classes, tags, parent), classes, tags, parent);
  }

  /**
   * What the parameter {@code query} demands; everything when it is absent or blank.
   *
   * @throws ApiException 400 for what is no query
   */
  static WantedDevices ofParameter(io.claviger.server.http.Query parameters) {
    return ofQuery(ListParameters.query(parameters).orElseGet(Json::emptyObject));
  }

  /**
   * What a query in a body demands.
   *
   * @throws ApiException 400 for what is no query
   */
  static WantedDevices ofQuery(JsonNode query) {
    return new WantedDevices(
        Optional.of(query), parsed(query), Set.of(), List.of(), Optional.empty());
  }

  private static Query<DeviceField> parsed(JsonNode document) {
    return switch (QueryParser.devices(document)) {
      case Parsed.Ok<Query<DeviceField>>(var query) -> query;
      case Parsed.Rejected<Query<DeviceField>>(String reason) ->
          throw ApiException.validation("query", reason);
    };
  }

  private static Query<DeviceField> together(
      Set<DeviceClass> classes, List<TagSelector> tags, Optional<DeviceId> parent) {
    List<Query<DeviceField>> all = new ArrayList<>();
    if (!classes.isEmpty()) {
      List<Literal> names = new ArrayList<>();
      classes.forEach(each -> names.add(new Literal.Text(each.wireName())));
      all.add(where(DeviceField.DEVICE_CLASS, new ValueTest.Among(names)));
    }
    if (!tags.isEmpty()) {
      all.add(Query.tagFilter(tags.stream().distinct().toList()));
    }
    parent
        .map(id -> new ValueTest.Equal(new Literal.Text(id.text())))
        .ifPresent(test -> all.add(where(DeviceField.PARENT_ID, test)));
    return new Query.All<>(all);
  }

  private static Query<DeviceField> where(DeviceField field, ValueTest test) {
    return new Query.Where<>(field, List.of(test), false);
  }

  /** Those of them that are in the application of the call and that its bearer reaches. */
  DeviceSet in(Call call, Presence presence) {
    return reached(call, presence, new DeviceFilter.Matching(query));
  }

  /** Those of the application of the call that the filter means and that its bearer reaches. */
  static DeviceSet reached(Call call, Presence presence, DeviceFilter filter) {
    return new DeviceSet(
        call.application(), presence, filter.and(DeviceFilter.seenBy(call.allowed().reach())));
  }

  /** Puts what was given beside the answer (WIR-10). */
  void echo(ObjectNode body) {
    given.ifPresent(query -> body.set("query", query));
    if (!classes.isEmpty()) {
      ArrayNode array = body.putArray("deviceClass");
      classes.stream().map(DeviceClass::wireName).sorted().forEach(array::add);
    }
    if (!tags.isEmpty()) {
      ArrayNode array = body.putArray("tagFilter");
      for (TagSelector tag : tags) {
        ObjectNode entry = array.addObject();
        Wire.put(entry, "key", tag.key());
        Wire.put(entry, "value", tag.value());
      }
    }
    parent.ifPresent(id -> body.put("parentId", id.text()));
  }
}
