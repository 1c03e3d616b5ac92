package io.claviger.store.audit;

import io.claviger.core.change.Change;
import io.claviger.core.change.ChangeEntry;
import io.claviger.core.change.SubjectType;
import io.claviger.store.ListRequest;
import io.claviger.store.ListRequest.SortDirection;
import io.claviger.store.audit.AuditFilter.Party;
import io.claviger.store.audit.AuditFilter.Requested;
import io.claviger.store.audit.AuditFilter.Target;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What a log shows, slowly and obviously: one look at each entry of the whole. */
final class AuditModel {
  private static final Map<SubjectType, String> SECONDARY =
      Map.of(
          SubjectType.API_TOKEN, "ApiToken",
          SubjectType.ACCESS_KEY, "ApplicationKey",
          SubjectType.DASHBOARD, "Dashboard",
          SubjectType.DEVICE, "Device",
          SubjectType.DEVICE_ATTRIBUTE, "Device");

  private final List<ChangeEntry> entries;
  private final Set<String> created;

  AuditModel(List<ChangeEntry> entries, Set<String> created) {
    this.entries = entries;
    this.created = created;
  }

  List<ChangeEntry> matching(AuditLog log, AuditFilter filter, ListRequest request) {
    Comparator<ChangeEntry> order =
        switch (request.sortField()) {
          case "creationDate" -> Comparator.comparing(ChangeEntry::time);
          case "actorName" -> Comparator.comparing(entry -> entry.change().actor().name());
          case "responseStatus" -> Comparator.comparingInt(this::status);
          default -> throw new IllegalArgumentException(request.sortField());
        };
    order = order.thenComparingLong(ChangeEntry::sequence);
    return entries.stream()
        .filter(entry -> isIn(log, entry.change()) && fits(filter, entry))
        .sorted(request.direction() == SortDirection.ASCENDING ? order : order.reversed())
        .toList();
  }

  int status(ChangeEntry entry) {
    return created.contains(entry.change().action()) ? 201 : 200;
  }

  private static boolean isIn(AuditLog log, Change change) {
    boolean session = change.subject().type() == SubjectType.SESSION;
    return switch (log) {
      case AuditLog.OfOrganization(var id) ->
          !session && change.organizationId().equals(Optional.of(id.text()));
      case AuditLog.OfAccount(var id, var sandbox) -> {
        Optional<String> account =
            change
                .accountId()
                .or(() ->
                    change.organizationId().isPresent()
                        ? Optional.empty()
                        : change.actor().userId());
        boolean own = account.equals(Optional.of(id.text()));
        boolean deviceSession = session && change.applicationId().isPresent();
        yield own && !deviceSession && (sandbox || !ofSandbox(change));
      }
    };
  }

  private static boolean ofSandbox(Change change) {
    return application(change).isPresent() || change.subject().type() == SubjectType.DASHBOARD;
  }

  private static Optional<String> application(Change change) {
    return change.subject().type() == SubjectType.APPLICATION && change.applicationId().isEmpty()
        ? Optional.of(change.subject().id())
        : change.applicationId();
  }

  private boolean fits(AuditFilter filter, ChangeEntry entry) {
    return filter.start().map(start -> !entry.time().isBefore(start)).orElse(true)
        && filter.end().map(end -> entry.time().isBefore(end)).orElse(true)
        && any(filter.primaryTargets(), target -> primary(target, entry))
        && any(filter.secondaryTargets(), target -> secondary(target, entry.change()))
        && any(filter.actors(), party -> actor(party, entry.change()))
        && any(filter.requests(), request -> request(request, entry.change().action()))
        && any(filter.responseCodes(), code -> code == status(entry));
  }

  private static <T> boolean any(List<T> wanted, Predicate<T> fits) {
    return wanted.isEmpty() || wanted.stream().anyMatch(fits);
  }

  private boolean primary(Target target, ChangeEntry entry) {
    Change change = entry.change();
    Optional<String> application = application(change);
    if (application.isPresent()) {
      return same(target.type(), "Application")
          && same(target.id(), application.get())
          && (target.name().isEmpty()
              || target.name().equals(applicationName(application.get(), entry.sequence())));
    }
    SubjectType type = change.subject().type();
    return (type == SubjectType.DASHBOARD || type == SubjectType.INVITATION)
        && same(target.type(), type.wireName())
        && same(target.id(), change.subject().id())
        && same(target.name(), change.subject().name());
  }

  /** The name in the last entry about the application itself. */
  Optional<String> applicationName(String id, long until) {
    return entries.stream()
        .filter(entry -> entry.sequence() <= until)
        .map(ChangeEntry::change)
        .filter(change -> change.subject().type() == SubjectType.APPLICATION)
        .filter(change -> change.subject().id().equals(id))
        .map(change -> change.subject().name())
        .reduce((_, later) -> later);
  }

  private static boolean secondary(Target target, Change change) {
    String type = SECONDARY.get(change.subject().type());
    boolean attribute = change.subject().type() == SubjectType.DEVICE_ATTRIBUTE;
    return type != null
        && change.applicationId().isPresent()
        && same(target.type(), type)
        && same(target.id(), change.subject().id())
        && (attribute ? target.name().isEmpty() : same(target.name(), change.subject().name()));
  }

  private static boolean actor(Party party, Change change) {
    return same(party.id(), change.actor().id())
        && same(party.type(), change.actor().type().wireName())
        && same(party.name(), change.actor().name())
        && (party.userId().isEmpty() || party.userId().equals(change.actor().userId()));
  }

  private static boolean request(Requested request, String action) {
    int stop = action.indexOf('.');
    return same(request.resource(), action.substring(0, stop))
        && same(request.action(), action.substring(stop + 1));
  }

  private static boolean same(Optional<String> wanted, String found) {
    return wanted.map(found::equals).orElse(true);
  }
}
