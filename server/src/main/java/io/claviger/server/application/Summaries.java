package io.claviger.server.application;

import io.claviger.core.id.ApplicationId;
import io.claviger.server.api.Call;
import io.claviger.server.http.Query;
import io.claviger.store.application.ApplicationCounts;
import io.claviger.store.application.ApplicationCounts.Kind;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The counts in the {@code summary} of applications. */
final class Summaries {
  private final ApplicationCounts counts;

  Summaries(ApplicationCounts counts) {
    this.counts = counts;
  }

  Map<Kind, Long> of(ApplicationId application, Call call) {
    return of(List.of(application), call).getOrDefault(application, Map.of());
  }

  Map<ApplicationId, Map<Kind, Long>> of(Collection<ApplicationId> applications, Call call) {
    return counts.of(applications, kinds(call.request().query()), ListScope.viewer(call));
  }

  /**
   * Which counts are wanted: all, unless {@code summaryInclude} names some or {@code
   * summaryExclude} takes some away. Names of counts that are not kept here mean nothing.
   */
  private static Set<Kind> kinds(Query query) {
    Set<Kind> kinds = EnumSet.allOf(Kind.class);
    query
        .text("summaryInclude")
        .filter(text -> !text.isBlank())
        .ifPresent(text -> kinds.removeIf(kind -> !names(text).contains(kind.wireName())));
    query
        .text("summaryExclude")
        .ifPresent(text -> kinds.removeIf(kind -> names(text).contains(kind.wireName())));
    return kinds;
  }

  private static Set<String> names(String text) {
    return List.of(text.split(",", -1)).stream().map(String::strip).collect(Collectors.toSet());
  }
}
