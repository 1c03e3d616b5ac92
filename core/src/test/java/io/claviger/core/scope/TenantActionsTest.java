package io.claviger.core.scope;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The actions that are for personal access tokens of organizations. */
class TenantActionsTest {
  /** What organizations as tenants add to the interface. */
  static final Set<String> OURS =
      Set.of(
          "changeLogKey.get",
          "orgChangeLog.checkpoint",
          "orgChangeLog.export",
          "orgChangeLog.get",
          "orgUserChangeLog.get",
          "orgPersonalAccessToken.revoke",
          "orgPersonalAccessTokens.get",
          "orgPersonalAccessTokens.post",
          "scimBulk.post",
          "scimConfiguration.get",
          "scimGroup.delete",
          "scimGroup.get",
          "scimGroup.patch",
          "scimGroup.put",
          "scimGroups.get",
          "scimGroups.post",
          "scimGroups.search",
          "scimMe.get",
          "scimResourceType.get",
          "scimResourceTypes.get",
          "scimResources.search",
          "scimSchema.get",
          "scimSchemas.get",
          "scimUser.delete",
          "scimUser.get",
          "scimUser.patch",
          "scimUser.put",
          "scimUsers.get",
          "scimUsers.post",
          "scimUsers.search");

  /** No OAuth token makes or takes back a token, and the key of checkpoints is for everybody. */
  @Test
  void flagsAreOnTheirActions() {
    assertThat(withFlag(ActionFlag.DENY_OAUTH))
        .containsExactlyInAnyOrder("orgPersonalAccessToken.revoke", "orgPersonalAccessTokens.post");
    assertThat(withFlag(ActionFlag.NO_TOKEN)).containsExactly("changeLogKey.get");
    assertThat(withFlag(ActionFlag.ANY_SCOPE)).isEmpty();
    assertThat(withFlag(ActionFlag.ALLOW_UNVERIFIED)).isEmpty();
  }

  private static List<String> withFlag(ActionFlag flag) {
    return OURS.stream()
        .filter(id -> Catalogue.standard().action(id).orElseThrow().has(flag))
        .toList();
  }

  @Test
  void allOfThemAreOurAdditions() {
    assertThat(OURS)
        .allSatisfy(id ->
            assertThat(Catalogue.standard().action(id).orElseThrow().has(ActionFlag.OWN)).isTrue());
  }

  /** LUC-17: reading, writing and bulk are three things, and only for organizations' tokens. */
  @Test
  void everyActionOfAnIdentitySystemNeedsOneOfItsThreeScopes() {
    for (Action action : Catalogue.standard().actions()) {
      boolean scim = action.path().startsWith("/scim/v2/");
      assertThat(action.forTenants()).as(action.id()).isEqualTo(scim);
      if (scim) {
        boolean read = action.method().equals("GET") || action.path().endsWith("/.search");
        assertThat(action.has(ActionFlag.UM_READ)).as(action.id()).isEqualTo(read);
        assertThat(action.has(ActionFlag.UM_BULK))
            .as(action.id())
            .isEqualTo(action.path().endsWith("/Bulk"));
        assertThat(Catalogue.standard().scopesOf(action)).isEmpty();
      }
    }
  }
}
