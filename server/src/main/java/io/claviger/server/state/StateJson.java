package io.claviger.server.state;

import io.claviger.core.state.AgeWindow;
import io.claviger.core.state.AttributeValue;
import io.claviger.core.state.GivenTime;
import io.claviger.core.state.Report;
import io.claviger.server.api.Wire;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.state.DeviceChannels.Message;
import io.claviger.store.json.JsonColumn;
import io.claviger.store.state.StateStore.Sample;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** States as JSON. */
final class StateJson {
  /** Whole numbers up to here are the same as a number of JavaScript. */
  private static final double WHOLE_MAX = 1L << 53;

  private StateJson() {}

  /**
   * The reports in a document: one, or a list of them (STA-1). What has no object of data, and
   * every value that is no text, number, true or false, is left out; over HTTP the API document has
   * refused it before.
   */
  static List<Report> reports(JsonNode document) {
    List<Report> reports = new ArrayList<>();
    if (document.isArray()) {
      document.forEach(each -> report(each).ifPresent(reports::add));
    } else {
      report(document).ifPresent(reports::add);
    }
    return reports;
  }

  private static Optional<Report> report(JsonNode node) {
    if (!node.path("data").isObject()) {
      return Optional.empty();
    }
    Map<String, AttributeValue> data = new LinkedHashMap<>();
    node.path("data")
        .forEachEntry((name, value) -> value(value).ifPresent(known -> data.put(name, known)));
    Optional<String> meta =
        node.has("meta") ? Optional.of(JsonColumn.write(node.get("meta"))) : Optional.empty();
    return Optional.of(new Report(time(node.path("time")), data, meta));
  }

  /** A value that an attribute can have; a number beyond those of JavaScript is none. */
  static Optional<AttributeValue> value(JsonNode node) {
    if (node.isString()) {
      return Optional.of(new AttributeValue.Text(node.stringValue()));
    }
    if (node.isBoolean()) {
      return Optional.of(new AttributeValue.Flag(node.booleanValue()));
    }
    if (node.isNumber() && Double.isFinite(number(node))) {
      return Optional.of(new AttributeValue.Numeric(number(node)));
    }
    return Optional.empty();
  }

  private static double number(JsonNode node) {
    return node.decimalValue().doubleValue();
  }

  /** The forms of a time (STA-2). */
  static GivenTime time(JsonNode node) {
    if (node.isString()) {
      return new GivenTime.Text(node.stringValue());
    }
    if (node.isNumber()) {
      return new GivenTime.Amount(number(node));
    }
    JsonNode date = node.path("$date");
    if (date.isString()) {
      return new GivenTime.Text(date.stringValue());
    }
    if (date.isNumber()) {
      return new GivenTime.Millis(number(date));
    }
    JsonNode millis = date.path("$numberLong");
    if (millis.isString() && millis.stringValue().matches("-?[0-9]{1,17}")) {
      return new GivenTime.Millis(Double.parseDouble(millis.stringValue()));
    }
    return millis.isNumber() ? new GivenTime.Millis(number(millis)) : new GivenTime.Absent();
  }

  /**
   * The moment that a field of a body names; now, where it names none.
   *
   * @throws ApiException 400 for one of which nothing is kept
   */
  static Instant time(JsonNode body, String name, AgeWindow window, Instant now) {
    long time = time(body.path(name)).resolve(now.toEpochMilli());
    if (!window.admits(time, now.toEpochMilli())) {
      throw ApiException.validation(
          name, "must be within " + window.past().toDays() + " days, and at most a day ahead");
    }
    return Instant.ofEpochMilli(time);
  }

  /** States for an answer. */
  static ArrayNode render(List<Report.Kept> states) {
    ArrayNode array = Json.emptyArray();
    states.forEach(state -> array.add(render(state)));
    return array;
  }

  /** One state for an answer. */
  static ObjectNode render(Report.Kept state) {
    ObjectNode object = Json.emptyObject();
    object.put("time", time(state.timeMillis()));
    ObjectNode data = object.putObject("data");
    state.values().forEach((name, value) -> put(data, name, value));
    return object;
  }

  /** One state for those who listen. */
  static ObjectNode render(Message.State message) {
    ObjectNode object = render(message.state());
    message.meta().ifPresent(json -> object.set("meta", JsonColumn.read(json)));
    return object;
  }

  /** As it goes over MQTT, where a time says that it is one. */
  static ObjectNode forDevice(Message.State message) {
    ObjectNode object = render(message);
    object.remove("time");
    object.putObject("time").put("$date", time(message.state().timeMillis()));
    return object;
  }

  /** The last value of each attribute, with the time of each (STA-8). */
  static ObjectNode composite(Map<String, Sample> latest) {
    ObjectNode object = Json.emptyObject();
    latest.forEach((name, sample) -> {
      ObjectNode entry = object.putObject(name);
      put(entry, "value", sample.value());
      entry.put("time", time(sample.timeMillis()));
    });
    return object;
  }

  /** Puts a value; a whole number without a point. */
  static void put(ObjectNode object, String name, AttributeValue value) {
    switch (value) {
      case AttributeValue.Text(String text) -> object.put(name, text);
      case AttributeValue.Flag(boolean yes) -> object.put(name, yes);
      case AttributeValue.Numeric(double number) -> {
        if (number == Math.rint(number) && Math.abs(number) <= WHOLE_MAX) {
          object.put(name, (long) number);
        } else {
          object.put(name, new BigDecimal(Double.toString(number)));
        }
      }
    }
  }

  static String time(long millis) {
    return Wire.time(Instant.ofEpochMilli(millis));
  }
}
