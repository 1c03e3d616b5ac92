package io.claviger.server.account;

import io.claviger.server.api.Call;
import io.claviger.server.api.Wire;
import io.claviger.server.http.ApiException;
import io.claviger.server.http.Query;
import io.claviger.server.settings.ResourceLimits;
import io.claviger.store.user.RecentItemType;
import io.claviger.store.user.UserBelongings;
import io.claviger.store.user.UserBelongings.Counts;
import io.claviger.store.user.UserRow;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/** The own account as it is answered: with limits, counts and what was looked at last (USR-13). */
final class MeView {
  private static final Map<String, String> LINKS =
      Map.of(
          "self", "/me",
          "applications", "/applications",
          "dashboards", "/dashboards",
          "orgs", "/orgs");

  private static final Map<String, RecentItemType> RECENT =
      Map.of(
          "recentApplications", RecentItemType.APPLICATION,
          "recentDashboards", RecentItemType.DASHBOARD,
          "recentOrganizations", RecentItemType.ORGANIZATION);

  private final UserBelongings belongings;
  private final RecentItems recentItems;
  private final ResourceLimits limits;

  MeView(UserBelongings belongings, RecentItems recentItems, ResourceLimits limits) {
    this.belongings = belongings;
    this.recentItems = recentItems;
    this.limits = limits;
  }

  /**
   * What of the account is asked for.
   *
   * @param include the only counts to show; empty for all
   * @param exclude counts not to show
   * @param recent whether to add what the user looked at last
   */
  record Wanted(Optional<Set<String>> include, Set<String> exclude, boolean recent) {
    /**
     * Reads {@code summaryInclude}, {@code summaryExclude} and {@code includeRecent}. A name of
     * which there is no count has no effect.
     *
     * @throws ApiException 400 that names the parameter
     */
    static Wanted of(Query query) {
      return new Wanted(
          names(query, "summaryInclude"),
          names(query, "summaryExclude").orElse(Set.of()),
          flag(query, "includeRecent"));
    }

    private static Optional<Set<String>> names(Query query, String parameter) {
      return query
          .text(parameter)
          .filter(text -> !text.isBlank())
          .map(text ->
              Arrays.stream(text.split(",")).map(String::strip).collect(Collectors.toSet()));
    }

    private static boolean flag(Query query, String parameter) {
      return switch (query.text(parameter).orElse("")) {
        case "true", "1" -> true;
        case "false", "0", "" -> false;
        default -> throw ApiException.validation(parameter, "must be true or false");
      };
    }

    private boolean shows(String count) {
      return include.map(names -> names.contains(count)).orElse(true) && !exclude.contains(count);
    }
  }

  ObjectNode render(Call call, Wanted wanted, UserRow user) {
    ObjectNode object = AccountJson.me(user);
    object
        .putObject("limits")
        .put("apitoken", limits.apiTokens())
        .put("application", limits.sandbox().applications())
        .put("applicationkey", limits.sandbox().applicationKeys())
        .put("dashboard", limits.sandbox().dashboards())
        .put("device", limits.sandbox().devices())
        .put("organization", limits.organizations());
    putSummary(object.putObject("summary"), wanted, belongings.count(user.id()));
    if (wanted.recent()) {
      RECENT.forEach(
          (name, type) -> object.set(name, recentItems.list(call, type, Optional.empty())));
    }
    return Wire.withLinks(object, call.request().query(), LINKS);
  }

  private static void putSummary(ObjectNode summary, Wanted wanted, Counts counts) {
    Map.of(
            "apiTokenCount", counts.apiTokens(),
            "appCount", counts.applications(),
            "dashCount", counts.dashboards(),
            "deviceCount", counts.devices(),
            "keyCount", counts.keys(),
            "orgCount", counts.organizations())
        .forEach((name, count) -> {
          if (wanted.shows(name)) {
            summary.put(name, count);
          }
        });
  }
}
