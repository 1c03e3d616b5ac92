package io.claviger.core.scope;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where the role of an actor is looked up, and what the path names. */
class ActionContextTest {
  @Test
  void contextSaysWhetherARoleIsNeededAndThePathNamesTheResource() {
    for (Action action : Catalogue.standard().actions()) {
      boolean needsRole = action.minRole().isPresent();
      boolean expected =
          switch (action.context()) {
            case APPLICATION, ORGANIZATION, DASHBOARD, COLLECTION -> true;
            case USER, INSTANCE, TENANT, PUBLIC -> false;
          };
      assertThat(needsRole).as(action.toString()).isEqualTo(expected);
      String start =
          switch (action.context()) {
            case APPLICATION -> "/applications/{applicationId}";
            case ORGANIZATION -> "/orgs/{orgId}";
            case DASHBOARD -> "/dashboards/{dashboardId}";
            case INSTANCE -> "/instance";
            case TENANT -> "/scim/v2/";
            case COLLECTION, USER, PUBLIC -> "/";
          };
      assertThat(action.path()).as(action.toString()).startsWith(start);
    }
  }
}
