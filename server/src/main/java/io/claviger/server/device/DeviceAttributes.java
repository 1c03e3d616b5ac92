package io.claviger.server.device;

import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.server.api.Api;
import io.claviger.server.api.Call;
import io.claviger.server.api.Changes;
import io.claviger.server.api.ListParameters;
import io.claviger.server.api.Wire;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Response;
import io.claviger.store.Database;
import io.claviger.store.ListPage;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.Transaction;
import io.claviger.store.device.AttributeRow;
import io.claviger.store.device.DeviceRow;
import io.claviger.store.device.DeviceStore;
import io.claviger.store.device.DeviceVocabulary;
import io.claviger.store.state.SeriesStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.databind.node.ObjectNode;

/** {@code /applications/{applicationId}/devices/{deviceId}/attributes} (DEV-2). */
final class DeviceAttributes {
  private static final String KIND = "Attribute";

  private final Database database;
  private final DeviceStore store;
  private final DeviceVocabulary vocabulary;
  private final Changes changes;

  DeviceAttributes(
      Database database, DeviceStore store, DeviceVocabulary vocabulary, Changes changes) {
    this.database = database;
    this.store = store;
    this.vocabulary = vocabulary;
    this.changes = changes;
  }

  void addTo(Api api) {
    api.handle("deviceAttributes.get", this::list);
    api.handle("deviceAttributes.post", this::create);
    api.handle("deviceAttribute.get", this::get);
    api.handle("deviceAttribute.patch", this::patch);
    api.handle("deviceAttribute.delete", this::delete);
  }

  /** All at once: there are never more than fit on a page. */
  private Response list(Call call) {
    DeviceRow device = Devices.find(store, call);
    ListRequest read =
        ListParameters.read(
            call.request().query(), DeviceVocabulary.ATTRIBUTES, "name", SortDirection.ASCENDING);
    ListRequest request =
        new ListRequest(
            0, ListRequest.PER_PAGE_MAX, read.sortField(), read.direction(), read.filter());
    ListPage<AttributeRow> page = vocabulary.attributes(device.id(), request);
    ObjectNode body =
        Wire.page(
            "deviceAttributes",
            request,
            page,
            attribute -> DeviceJson.render(device, attribute, call));
    body.remove(List.of("page", "perPage"));
    body.put("applicationId", device.application().text());
    body.put("deviceId", device.id().text());
    return Response.ok(body);
  }

  private Response get(Call call) {
    DeviceRow device = Devices.find(store, call);
    return Response.ok(DeviceJson.render(device, find(device, call), call));
  }

  private static AttributeRow find(DeviceRow device, Call call) {
    return device
        .attribute(call.request().parameter("name"))
        .orElseThrow(() -> ApiException.notFound(KIND));
  }

  private Response create(Call call) {
    AttributeRow made = DeviceBody.attribute(call.body());
    DeviceRow device =
        database.write(transaction -> {
          call.requireStillAllowed();
          DeviceRow before = Devices.find(store, call);
          requireFree(before, made.name());
          if (before.attributes().size() >= DeviceBody.ATTRIBUTES_MAX) {
            throw ApiException.validation(
                "attributes", "limit of " + DeviceBody.ATTRIBUTES_MAX + " is reached");
          }
          List<AttributeRow> attributes = new ArrayList<>(before.attributes());
          attributes.add(made);
          save(
              transaction,
              call,
              before,
              attributes,
              changes.created(call, subject(before, made), DeviceJson.render(before, made)));
          return before;
        });
    return Response.created(DeviceJson.render(device, made, call));
  }

  private static void requireFree(DeviceRow device, String name) {
    if (device.attribute(name).isPresent()) {
      throw ApiException.validation("name", "is the name of another attribute of this device");
    }
  }

  private Response patch(Call call) {
    ObjectNode body =
        database.write(transaction -> {
          call.requireStillAllowed();
          DeviceRow device = Devices.find(store, call);
          AttributeRow before = find(device, call);
          AttributeRow after = DeviceBody.patched(call.body(), before);
          if (!after.name().equals(before.name())) {
            requireFree(device, after.name());
            SeriesStore.rename(transaction, device.id(), before.name(), after.name());
          }
          save(
              transaction,
              call,
              device,
              replaced(device, each -> each.equals(before) ? after : each),
              changes.updated(
                  call,
                  subject(device, after),
                  DeviceJson.render(device, before),
                  DeviceJson.render(device, after)));
          return DeviceJson.render(device, after, call);
        });
    return Response.ok(body);
  }

  private static List<AttributeRow> replaced(DeviceRow device, UnaryOperator<AttributeRow> change) {
    return device.attributes().stream().map(change).toList();
  }

  private Response delete(Call call) {
    database.run(transaction -> {
      call.requireStillAllowed();
      DeviceRow device = Devices.find(store, call);
      AttributeRow attribute = find(device, call);
      save(
          transaction,
          call,
          device,
          device.attributes().stream().filter(each -> !each.equals(attribute)).toList(),
          changes.deleted(call, subject(device, attribute), DeviceJson.render(device, attribute)));
    });
    return Api.success();
  }

  /** The attributes are part of the device, which changes with them: the log tells of both. */
  private void save(
      Transaction transaction,
      Call call,
      DeviceRow device,
      List<AttributeRow> attributes,
      Change change) {
    DeviceBody.requireShort(attributes);
    DeviceRow after = device.withAttributes(attributes, transaction.now());
    store.update(transaction, device, after);
    transaction.record(change);
    transaction.record(
        changes.updated(
            call, Devices.subject(after), DeviceJson.render(device), DeviceJson.render(after)));
  }

  /** An attribute has no id of its own: that of its device and the name say which it is. */
  private static Subject subject(DeviceRow device, AttributeRow attribute) {
    return new Subject(SubjectType.DEVICE_ATTRIBUTE, device.id().text(), attribute.name());
  }
}
