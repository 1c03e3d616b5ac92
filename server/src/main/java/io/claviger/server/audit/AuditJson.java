package io.claviger.server.audit;

import io.claviger.core.change.Actor;
import io.claviger.core.change.Change;
import io.claviger.core.change.Subject;
import io.claviger.core.change.SubjectType;
import io.claviger.core.id.ObjectId;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.Catalogue;
import io.claviger.server.api.Wire;
import io.claviger.server.http.Json;
import io.claviger.store.audit.AuditRow;
import io.claviger.store.audit.AuditTargets;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Entries of the audit log as JSON (AUD-2, AUD-3). */
final class AuditJson {
  /** The name of the parameter that stands for a thing in a path. */
  private static final Map<SubjectType, String> PARAMETERS =
      Map.of(
          SubjectType.ORGANIZATION, "orgId",
          SubjectType.INVITATION, "inviteId",
          SubjectType.APPLICATION, "applicationId",
          SubjectType.DASHBOARD, "dashboardId",
          SubjectType.DEVICE, "deviceId",
          SubjectType.DEVICE_ATTRIBUTE, "deviceId",
          SubjectType.API_TOKEN, "apiTokenId",
          SubjectType.ACCESS_KEY, "applicationKeyId");

  private static final int CREATED = 201;
  private static final int OK = 200;

  private final Catalogue catalogue;
  private final Set<String> creating;

  /**
   * Renders entries.
   *
   * @param creating the actions that are answered with 201
   */
  AuditJson(Catalogue catalogue, Set<String> creating) {
    this.catalogue = catalogue;
    this.creating = creating;
  }

  /** An entry with what was before and after, as far as the row has it. */
  ObjectNode render(AuditRow row) {
    Change change = row.entry().change();
    ObjectNode object = Wire.object("auditLog", row.id());
    object.put("creationDate", Wire.time(row.entry().time()));
    Wire.put(object, "orgId", change.organizationId());
    putTargets(object, row);
    putActor(object, change.actor(), row.userName());
    String action = change.action();
    int stop = action.indexOf('.');
    object.put("requestResource", action.substring(0, Math.max(stop, 0)));
    object.put("requestAction", action.substring(stop + 1));
    putPathParameters(object, change);
    object.put("responseStatus", creating.contains(action) ? CREATED : OK);
    Subject subject = change.subject();
    object.put("subjectType", subject.type().wireName());
    object.put("subjectId", subject.id());
    object.put("subjectName", subject.name());
    putDocument(object, "before", change.before());
    putDocument(object, "after", change.after());
    object.put("hash", row.entry().hash().hex());
    return object;
  }

  private static void putTargets(ObjectNode object, AuditRow row) {
    Change change = row.entry().change();
    Subject subject = change.subject();
    boolean inApplication = change.applicationId().isPresent();
    if (subject.type() == SubjectType.APPLICATION) {
      put(object, "primaryTarget", "Application", subject.id(), Optional.of(subject.name()));
    } else if (inApplication) {
      put(
          object,
          "primaryTarget",
          "Application",
          change.applicationId().get(),
          row.applicationName());
      putSecondary(object, subject);
    } else if (subject.type() == SubjectType.DASHBOARD
        || subject.type() == SubjectType.INVITATION) {
      String type = subject.type().wireName();
      put(object, "primaryTarget", type, subject.id(), Optional.of(subject.name()));
    }
  }

  /** An attribute is part of its device, and its name is not that of the device. */
  private static void putSecondary(ObjectNode object, Subject subject) {
    if (AuditTargets.SECONDARY.contains(subject.type())) {
      String type = subject.type().wireName();
      put(object, "secondaryTarget", type, subject.id(), Optional.of(subject.name()));
    } else if (subject.type() == SubjectType.DEVICE_ATTRIBUTE) {
      put(object, "secondaryTarget", "Device", subject.id(), Optional.empty());
    }
  }

  private static void put(
      ObjectNode object, String target, String type, String id, Optional<String> name) {
    object.put(target + "Id", id);
    object.put(target + "Type", type);
    Wire.put(object, target + "Name", name);
  }

  private static void putActor(ObjectNode object, Actor actor, Optional<String> userName) {
    object.put("actorType", actor.type().wireName());
    object.put("actorName", actor.name());
    if (!actor.id().isEmpty()) {
      object.put("actorId", actor.id());
    }
    Wire.put(object, "actorUserId", actor.userId());
    Wire.put(object, "actorUserName", userName);
  }

  /** Those that the log knows: the owner, the application and the thing itself. */
  private void putPathParameters(ObjectNode object, Change change) {
    String path = catalogue.action(change.action()).map(Action::path).orElse("");
    ObjectNode parameters = object.putObject("requestPathParams");
    change.organizationId().ifPresent(id -> put(parameters, path, "orgId", id));
    change.applicationId().ifPresent(id -> put(parameters, path, "applicationId", id));
    String own = PARAMETERS.get(change.subject().type());
    if (own != null && ObjectId.isValid(change.subject().id())) {
      put(parameters, path, own, change.subject().id());
    }
  }

  private static void put(ObjectNode parameters, String path, String name, String value) {
    if (path.contains("{" + name + "}")) {
      parameters.put(name, value);
    }
  }

  private static void putDocument(ObjectNode object, String name, Optional<String> text) {
    text.ifPresent(
        document -> object.set(name, Json.parse(document.getBytes(StandardCharsets.UTF_8))));
  }
}
