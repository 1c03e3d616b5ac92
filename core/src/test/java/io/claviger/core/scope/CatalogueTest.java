package io.claviger.core.scope;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.role.Role;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The standard catalogue: its lists, and the laws between them. */
class CatalogueTest {
  private static final Catalogue CATALOGUE = Catalogue.standard();
  private static final List<String> VARIANTS = List.of("", ".bounded", ".read");
  private static final String APPLICATION_PATH = "/applications/{applicationId}";

  @Test
  void holdsTheWholeInterfaceAndOurAdditions() {
    assertThat(CATALOGUE.actions().stream().filter(a -> !a.has(ActionFlag.OWN))).hasSize(375);
    assertThat(withFlag(ActionFlag.OWN))
        .containsExactlyInAnyOrder(
            "users.post",
            "users.requestPasswordReset",
            "users.finishPasswordReset",
            "users.verifyEmail",
            "whitelabels.domain",
            "decisions.explain",
            "decisions.post",
            "applicationApiTokenUses.get",
            "applicationKeyUses.get",
            "deviceKeys.post",
            "meDecision.get",
            "orgCredentialUses.get",
            "orgDecision.get",
            "userApiTokenUses.get",
            "meAuditLog.get",
            "meAuditLogs.get");
    assertThat(
            CATALOGUE.actions().stream()
                .filter(a -> !a.has(ActionFlag.OWN) && !CATALOGUE.scopesOf(a).isEmpty()))
        .hasSize(366);
    var ids = CATALOGUE.actions().stream().map(Action::id).toList();
    assertThat(ids).isSorted();
    for (int i = 0; i < ids.size(); i++) {
      assertThat(CATALOGUE.action(ids.get(i)).orElseThrow().index()).isEqualTo(i);
    }
    assertThat(CATALOGUE.action("door.open")).isEmpty();
  }

  @Test
  void oneRowInFull() {
    Action action = CATALOGUE.action("applicationKeys.post").orElseThrow();
    assertThat(action.method()).isEqualTo("POST");
    assertThat(action.path()).isEqualTo("/applications/{applicationId}/keys");
    assertThat(action.context()).isEqualTo(ActionContext.APPLICATION);
    assertThat(action.minRole()).isEqualTo(Optional.of(Role.COLLABORATE));
    assertThat(action.flags()).isEmpty();
    assertThat(CATALOGUE.scopesOf(action))
        .containsExactlyInAnyOrder(
            "all.Application",
            "all.Application.bounded",
            "all.Organization",
            "all.Organization.bounded",
            "all.User",
            "all.User.bounded",
            "applicationKeys.*",
            "applicationKeys.post");
  }

  @Test
  void vocabularyHasFiveHundredNamesBesideThoseOfOurAdditions() {
    assertThat(compatible()).hasSize(500);
    assertThat(count(ScopeKind.UMBRELLA)).isEqualTo(22);
    assertThat(count(ScopeKind.WILDCARD)).isEqualTo(97);
    assertThat(count(ScopeKind.SINGLE)).isEqualTo(381);
    assertThat(count(ScopeGroup.APPLICATION)).isEqualTo(322);
    assertThat(count(ScopeGroup.ORGANIZATION)).isEqualTo(40);
    assertThat(count(ScopeGroup.INSTANCE)).isEqualTo(84);
    assertThat(count(ScopeGroup.USER)).isEqualTo(54);
    assertThat(CATALOGUE.group("all.Device")).contains(ScopeGroup.APPLICATION);
    assertThat(CATALOGUE.group("all.device")).isEmpty();
  }

  @Test
  void umbrellasHaveTheirSizes() {
    Map<String, Integer> expected =
        SpecFiles.table("/cases/umbrella-sizes.table").stream()
            .collect(toMap(row -> row.get(0), row -> Integer.valueOf(row.get(1))));
    Map<String, Integer> actual =
        CATALOGUE.scopes().stream()
            .filter(scope -> scope.kind() == ScopeKind.UMBRELLA)
            .collect(toMap(Scope::name, CatalogueTest::compatibleActions));
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void readIsInsideBoundedIsInsideFull() {
    for (String family :
        List.of(
            "all.User",
            "all.Organization",
            "all.Application",
            "all.Instance",
            "only.User",
            "only.Organization")) {
      assertProperSubset(family + ".read", family + ".bounded");
      assertProperSubset(family + ".bounded", family);
    }
    assertProperSubset("all.Device.read", "all.Device");
    assertProperSubset("all.User.cli", "all.User.bounded");
    assertProperSubset("all.Application.cli", "all.Application.bounded");
    assertThat(set("all.User.read").containsAll(set("all.User.cli"))).isFalse();
  }

  @Test
  void familiesAreNested() {
    for (String variant : VARIANTS) {
      assertProperSubset("all.Application" + variant, "all.Organization" + variant);
      assertProperSubset("all.Organization" + variant, "all.User" + variant);
      assertProperSubset("all.Instance" + variant, "all.User" + variant);
    }
    assertThat(minus(ids("all.User.cli"), ids("all.Application.cli")))
        .containsExactly("applications.get");
  }

  @Test
  void allUserIsEveryActionThatNeedsAScope() {
    assertThat(ids("all.User"))
        .isEqualTo(
            CATALOGUE.actions().stream()
                .filter(a -> !a.has(ActionFlag.NO_TOKEN) && !a.has(ActionFlag.ANY_SCOPE))
                .filter(a -> !a.forTenants())
                .map(Action::id)
                .collect(toSet()));
  }

  @Test
  void allInstanceIsEveryActionOfAnInstance() {
    assertThat(ids("all.Instance"))
        .isEqualTo(
            CATALOGUE.actions().stream()
                .filter(a -> a.context() == ActionContext.INSTANCE)
                .map(Action::id)
                .collect(toSet()));
  }

  @Test
  void onlyIsOneLevelWithoutWhatLiesBelow() {
    for (String variant : VARIANTS) {
      assertThat(ids("only.Organization" + variant))
          .isEqualTo(minus(ids("all.Organization" + variant), ids("all.Application")));
      assertThat(ids("only.User" + variant))
          .isEqualTo(
              minus(
                  minus(ids("all.User" + variant), ids("all.Organization")), ids("all.Instance")));
    }
  }

  @Test
  void allApplicationIsAllUserUnderTheApplicationPath() {
    for (String variant : VARIANTS) {
      assertThat(ids("all.Application" + variant))
          .isEqualTo(
              CATALOGUE.actionsIn(set("all.User" + variant)).stream()
                  .filter(a -> a.path().startsWith(APPLICATION_PATH))
                  .map(Action::id)
                  .collect(toSet()));
    }
  }

  @Test
  void aNameGrantsNothingOutsideItsGroup() {
    for (Scope scope : CATALOGUE.scopes()) {
      for (Action action : CATALOGUE.actionsIn(set(scope.name()))) {
        boolean underApplication = action.path().startsWith(APPLICATION_PATH);
        boolean underInstance = action.context() == ActionContext.INSTANCE;
        boolean inside =
            switch (scope.group()) {
              case APPLICATION -> underApplication;
              case INSTANCE -> underInstance || action.id().equals("instances.get");
              case ORGANIZATION -> !underInstance;
              case USER -> true;
            };
        assertThat(inside).as("%s grants %s", scope, action.id()).isTrue();
      }
    }
  }

  @Test
  void boundedIsFullWithoutAuthority() {
    assertThat(minus(ids("all.User"), ids("all.User.bounded")))
        .isEqualTo(new TreeSet<>(SpecFiles.lines("/cases/bounded-excludes.table")))
        .hasSize(39);
    for (String family : List.of("all.Organization", "all.Application", "all.Instance")) {
      assertThat(ids(family + ".bounded"))
          .isEqualTo(minus(ids(family), SpecFiles.lines("/cases/bounded-excludes.table")));
    }
  }

  @Test
  void readIsGetExceptNamedQueriesAndExports() {
    var read = CATALOGUE.actionsIn(set("all.User.read"));
    assertThat(read.stream().filter(a -> !a.method().equals("GET")).map(Action::id))
        .containsExactlyInAnyOrder(
            "applicationDashboard.sendReport",
            "data.export",
            "data.lastValueQuery",
            "data.timeSeriesQuery",
            "dataTableRows.export",
            "dataTableRows.query",
            "device.export",
            "devices.export",
            "devices.payloadCounts",
            "embeddedDeployments.export",
            "events.export",
            "instance.generateReport",
            "notebook.requestInputDataExport");
    assertThat(
            CATALOGUE.actionsIn(set("all.User")).stream()
                .filter(a -> a.method().equals("GET") && !read.contains(a))
                .map(Action::id))
        .containsExactlyInAnyOrder(
            "application.archiveData",
            "application.backfillArchiveData",
            "application.fullDataTablesArchive",
            "application.fullEventsArchive",
            "instanceNotificationRule.logs",
            "me.refreshToken");
  }

  /** APT-7: deleting events is not reading, so no read name grants it. */
  @Test
  void readNeverDeletes() {
    for (String name : List.of("all.User", "all.Organization", "all.Application")) {
      assertThat(ids(name)).contains("events.delete");
      assertThat(ids(name + ".bounded")).contains("events.delete");
      assertThat(ids(name + ".read")).noneMatch(id -> id.endsWith(".delete"));
    }
  }

  @Test
  void deviceReadDropsTheFourWriters() {
    assertThat(minus(ids("all.Device"), ids("all.Device.read")))
        .containsExactlyInAnyOrder(
            "device.sendState",
            "device.sendCommand",
            "device.setConnectionStatus",
            "devices.sendCommand");
  }

  @Test
  void aWildcardIsExactlyItsResource() {
    for (Scope scope : CATALOGUE.scopes()) {
      if (scope.kind() == ScopeKind.WILDCARD) {
        String resource = scope.name().substring(0, scope.name().length() - 1);
        assertThat(ids(scope.name()))
            .as(scope.name())
            .isNotEmpty()
            .isEqualTo(
                CATALOGUE.actions().stream()
                    .filter(a -> a.id().startsWith(resource) && !CATALOGUE.scopesOf(a).isEmpty())
                    .map(Action::id)
                    .collect(toSet()));
      }
    }
  }

  @Test
  void singlesGrantTheirOwnActionWithSixNamedExceptions() {
    var borrowed = new TreeMap<String, String>();
    for (Scope scope : CATALOGUE.scopes()) {
      if (scope.kind() == ScopeKind.SINGLE) {
        for (String id : ids(scope.name())) {
          if (!id.equals(scope.name())) {
            borrowed.put(id, scope.name());
            assertThat(CATALOGUE.isScope(id)).as("%s is no scope", id).isFalse();
          }
        }
      }
    }
    assertThat(borrowed)
        .isEqualTo(
            Map.of(
                "application.globals", "application.patch",
                "application.readme", "application.get",
                "application.readmePatch", "application.patch",
                "flow.getLogEntries", "flow.log",
                "flowVersion.getLogEntries", "flowVersion.log",
                "notebook.cancelExecution", "notebook.execute"));
  }

  @Test
  void nineteenNamesAreAcceptedAndGrantNothing() {
    assertThat(
            CATALOGUE.scopes().stream()
                .filter(scope -> set(scope.name()).isEmpty())
                .map(Scope::name))
        .containsExactlyInAnyOrder(
            "application.debug",
            "applications.detailedSummary",
            "dashboard.suggestCode",
            "device.agentLogs",
            "device.debug",
            "devices.historicalImport",
            "events.detailedSummary",
            "experienceGroups.detailedSummary",
            "experienceUsers.detailedSummary",
            "experienceView.debug",
            "experienceViews.debug",
            "experienceViews.detailedSummary",
            "flow.debug",
            "flow.suggestFunction",
            "flowVersion.debug",
            "instanceOrg.convertToEnterprise",
            "me.connectGithub",
            "org.currentCard",
            "org.invoices");
  }

  @Test
  void flagsAreOnTheirActions() {
    assertThat(withFlag(ActionFlag.DENY_OAUTH))
        .containsExactlyInAnyOrder(
            "userApiToken.delete",
            "userApiToken.patch",
            "userApiTokens.post",
            "userOauthToken.delete",
            "userOauthToken.patch",
            "userOauthTokens.post");
    assertThat(withFlag(ActionFlag.NO_TOKEN))
        .containsExactlyInAnyOrder(
            "auth.authenticateDevice",
            "auth.authenticateUser",
            "auth.authenticateUserGithub",
            "auth.authenticateUserSaml",
            "auth.ssoDomain",
            "dashboard.get",
            "dashboard.validateContext",
            "decisions.explain",
            "decisions.post",
            "orgInvites.get",
            "orgInvites.post",
            "users.finishPasswordReset",
            "users.post",
            "users.requestPasswordReset",
            "users.verifyEmail");
    assertThat(withFlag(ActionFlag.ALLOW_UNVERIFIED))
        .containsExactlyInAnyOrder(
            "me.get", "me.patch", "me.verifyEmail", "orgInvites.get", "orgInvites.post");
    assertThat(withFlag(ActionFlag.SSE))
        .containsExactlyInAnyOrder(
            "application.mqttSubscriptionStream", "device.commandStream", "device.stateStream");
    assertThat(withFlag(ActionFlag.ANY_SCOPE)).containsExactly("whitelabels.domain");
  }

  @Test
  void resolvingIsIntersectionOfNames() {
    Map<String, Set<String>> rows = SpecFiles.actionScopes();
    long seed = 17;
    var random = new Random(seed);
    for (int round = 0; round < 1_000; round++) {
      var names = new ArrayList<String>();
      for (int k = random.nextInt(8); k > 0; k--) {
        names.add(CATALOGUE.scopes().get(random.nextInt(CATALOGUE.scopes().size())).name());
      }
      names.add("no.suchName");
      var expected = new TreeSet<String>();
      rows.forEach((id, granting) -> {
        if (names.stream().anyMatch(granting::contains)) {
          expected.add(id);
        }
      });
      assertThat(idsOf(CATALOGUE.resolve(names)))
          .as("seed %d, %s", seed, names)
          .isEqualTo(expected);
    }
    assertThat(CATALOGUE.resolve(List.of()).isEmpty()).isTrue();
  }

  /** UAT-17: what was granted by preset grows with the catalogue, what was ticked never does. */
  @Test
  void laterActionsAreCoveredByPresetsAndNeverBySingles() {
    var rows = new StringBuilder(SpecFiles.text("/io/claviger/spec/actions.tsv"));
    var wildcards =
        CATALOGUE.scopes().stream().filter(s -> s.kind() == ScopeKind.WILDCARD).toList();
    for (Scope wildcard : wildcards) {
      String resource = wildcard.name().substring(0, wildcard.name().length() - 2);
      rows.append(
          "%s.brandNew\tPOST\t/brandNew/%s\tuser\t-\t-\tall.User %s\n"
              .formatted(resource, resource, wildcard.name()));
    }
    Catalogue later =
        Catalogue.parse(rows.toString(), SpecFiles.text("/io/claviger/spec/scopes.tsv")).orThrow();
    for (Scope scope : CATALOGUE.scopes()) {
      int growth = later.resolve(List.of(scope.name())).size() - set(scope.name()).size();
      int expected =
          switch (scope.kind()) {
            case SINGLE -> 0;
            case WILDCARD -> 1;
            case UMBRELLA -> scope.name().equals("all.User") ? wildcards.size() : 0;
          };
      assertThat(growth).as(scope.name()).isEqualTo(expected);
    }
  }

  @Test
  void anActionOfAnotherCatalogueIsAProgrammingError() {
    var stranger =
        new Action(
            "door.open", "GET", "/doors", ActionContext.USER, Optional.empty(), Set.of(), 1_000);
    assertThatThrownBy(() -> CATALOGUE.scopesOf(stranger))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("door.open");
    assertThat(set("all.User").contains(stranger)).isFalse();
  }

  private static ActionSet set(String name) {
    assertThat(CATALOGUE.isScope(name)).as(name).isTrue();
    return CATALOGUE.resolve(List.of(name));
  }

  private static Set<String> ids(String name) {
    return idsOf(set(name));
  }

  private static Set<String> idsOf(ActionSet set) {
    return CATALOGUE.actionsIn(set).stream().map(Action::id).collect(toSet());
  }

  private static Set<String> minus(Set<String> left, Collection<String> right) {
    var rest = new TreeSet<>(left);
    rest.removeAll(right);
    return rest;
  }

  private static void assertProperSubset(String smaller, String larger) {
    assertThat(set(larger).containsAll(set(smaller))).as("%s in %s", smaller, larger).isTrue();
    assertThat(set(smaller)).as("%s and %s", smaller, larger).isNotEqualTo(set(larger));
  }

  private static List<String> withFlag(ActionFlag flag) {
    return CATALOGUE.actions().stream()
        .filter(a -> a.has(flag))
        .map(Action::id)
        .filter(id -> !TenantActionsTest.OURS.contains(id))
        .toList();
  }

  private static long count(ScopeKind kind) {
    return compatible().stream().filter(scope -> scope.kind() == kind).count();
  }

  /** The names of the compatible interface: those that are not about our additions alone. */
  private static List<Scope> compatible() {
    return CATALOGUE.scopes().stream()
        .filter(scope -> {
          List<Action> granted = CATALOGUE.actionsIn(set(scope.name()));
          return granted.isEmpty() || granted.stream().anyMatch(a -> !a.has(ActionFlag.OWN));
        })
        .toList();
  }

  private static int compatibleActions(Scope scope) {
    return (int)
        CATALOGUE.actionsIn(set(scope.name())).stream()
            .filter(action -> !action.has(ActionFlag.OWN))
            .count();
  }

  private static long count(ScopeGroup group) {
    return compatible().stream().filter(scope -> scope.group() == group).count();
  }
}
