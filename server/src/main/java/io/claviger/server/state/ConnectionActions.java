package io.claviger.server.state;

import io.claviger.core.id.DeviceId;
import io.claviger.core.id.ObjectIdSource;
import io.claviger.core.network.IpAddress;
import io.claviger.core.state.AgeWindow;
import io.claviger.server.api.Api;
import io.claviger.server.api.Body;
import io.claviger.server.api.Call;
import io.claviger.server.api.Wire;
import io.claviger.server.count.PayloadCounts;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Json;
import io.claviger.server.http.Response;
import io.claviger.store.state.ConnectionLogStore;
import io.claviger.store.state.Deposit;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** How a device is connected: somebody says so, and the log of it (STA-11, MQT-9). */
final class ConnectionActions {
  private final ConnectionLogStore store;
  private final Deposits deposits;
  private final ObjectIdSource ids;
  private final AgeWindow window;
  private final MessageRates rates;
  private final PayloadCounts counts;

  ConnectionActions(
      ConnectionLogStore store,
      Deposits deposits,
      ObjectIdSource ids,
      AgeWindow window,
      MessageRates rates,
      PayloadCounts counts) {
    this.rates = rates;
    this.counts = counts;
    this.store = store;
    this.deposits = deposits;
    this.ids = ids;
    this.window = window;
  }

  void addTo(Api api) {
    api.handle("device.setConnectionStatus", this::set);
    api.handle("device.getLogEntries", this::log);
  }

  private Response set(Call call) {
    DeviceId device = StateActions.device(call).id();
    JsonNode body = call.body();
    boolean connected = body.get("status").stringValue().equals("connected");
    Instant now = Instant.ofEpochMilli(call.question().now().toEpochMilli());
    Optional<Instant> connectedAt = time(body, "connectedAt", now);
    Optional<Instant> disconnectedAt = time(body, "disconnectedAt", now);
    for (String name :
        List.of("disconnectedAt", "disconnectReason", "messagesFromClient", "messagesToClient")) {
      if (connected && body.has(name)) {
        throw ApiException.validation(name, "must not be given for a device that is connected");
      }
    }
    Deposit.Connection change =
        new Deposit.Connection(
            device,
            ids.next(),
            connected,
            (connected ? connectedAt : disconnectedAt).orElse(now),
            connectedAt,
            Body.text(body, "disconnectReason"),
            count(body, "messagesFromClient"),
            count(body, "messagesToClient"),
            address(body));
    rates.count(device, MessageRates.Kind.CONNECTION);
    deposits.require(change, call);
    counts.count(
        call.application(),
        connected ? PayloadCounts.Kind.DEVICE_CONNECT : PayloadCounts.Kind.DEVICE_DISCONNECT,
        PayloadCounts.Source.API,
        call.request().body().length);
    return Api.success();
  }

  private Optional<Instant> time(JsonNode body, String name, Instant now) {
    return body.has(name) ? Optional.of(StateJson.time(body, name, window, now)) : Optional.empty();
  }

  private static @Nullable Long count(JsonNode body, String name) {
    return body.has(name) ? body.get(name).longValue() : null;
  }

  private static Optional<String> address(JsonNode body) {
    Optional<String> text = Body.text(body, "ipAddress");
    if (text.isPresent() && IpAddress.parse(text.get()).toOptional().isEmpty()) {
      throw ApiException.validation("ipAddress", "must be an IP address");
    }
    return text;
  }

  private Response log(Call call) {
    DeviceId device = StateActions.device(call).id();
    ArrayNode array = Json.emptyArray();
    store
        .entries(device, RangeParameters.slice(call.request().query(), call.question().now()))
        .forEach(entry -> array.add(render(entry)));
    return Response.ok(array);
  }

  private static ObjectNode render(Deposit.Connection entry) {
    ObjectNode object = Json.emptyObject();
    object.put("connected", entry.connected() ? 1 : 0);
    object.put("time", Wire.time(entry.time()));
    Wire.put(object, "disconnectReason", entry.reason());
    if (entry.messagesFromClient() != null) {
      object.put("messagesFromClient", entry.messagesFromClient());
    }
    if (entry.messagesToClient() != null) {
      object.put("messagesToClient", entry.messagesToClient());
    }
    Wire.put(object, "ipAddress", entry.address());
    return object;
  }
}
