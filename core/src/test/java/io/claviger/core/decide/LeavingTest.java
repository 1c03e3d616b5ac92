package io.claviger.core.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.credential.Grant;
import io.claviger.core.credential.UserCredential;
import io.claviger.core.credential.UserFacts;
import io.claviger.core.credential.Validity;
import io.claviger.core.id.OrganizationId;
import io.claviger.core.id.SessionId;
import io.claviger.core.id.UserId;
import io.claviger.core.role.Membership;
import io.claviger.core.role.Overrides;
import io.claviger.core.role.Owner;
import io.claviger.core.role.Role;
import io.claviger.core.role.RoleCap;
import io.claviger.core.role.Standing;
import io.claviger.core.scope.Action;
import io.claviger.core.scope.Catalogue;
import io.claviger.core.scope.ScopeGroup;
import io.claviger.core.scope.ScopeNames;
import io.claviger.core.testing.CaseTable;
import io.claviger.core.testing.CaseTable.Row;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may end a membership, his own or another's (ORG-6). */
class LeavingTest {
  private static final Catalogue CATALOGUE = Catalogue.standard();
  private static final UserId SELF = new UserId("0".repeat(24));
  private static final UserId OTHER = new UserId("1".repeat(24));
  private static final Owner ORGANIZATION =
      new Owner.Organization(new OrganizationId("2".repeat(24)));
  private static final Instant NOW = Instant.EPOCH;
  private static final String REMOVE = "org.removeMember";

  static List<Row> cases() {
    return CaseTable.read("leaving");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isDecidedAsTheTableSays(Row row) {
    Standing standing =
        row.get("have").equals("stranger")
            ? new Standing.Stranger()
            : member(Role.parse(row.get("have")).orThrow());
    Role cap = Role.parse(row.get("cap")).orThrow();
    Optional<UserId> whose = Optional.of(row.get("whose").equals("own") ? SELF : OTHER);
    assertThat(outcome(decide(REMOVE, "org.*", cap, standing, whose)))
        .as("%s", row)
        .isEqualTo(row.get("outcome"));
  }

  private static String outcome(Decision decision) {
    return switch (decision) {
      case Decision.Allowed _ -> "allowed";
      case Decision.Denied(Denial reason) ->
          switch (reason.effect()) {
            case UNSEEN -> "unseen";
            case FORBIDDEN -> "forbidden";
            case UNAUTHENTICATED -> "unauthenticated";
          };
    };
  }

  /** Naming oneself opens this one action, not the others that name an organization. */
  @Test
  void namingOneselfChangesNoOtherDecision() {
    for (Action action : CATALOGUE.actions()) {
      if (action.id().equals(REMOVE) || !action.path().contains("{orgId}")) {
        continue;
      }
      for (Role have : Role.values()) {
        assertThat(decide(action.id(), "all.User", Role.ADMIN, member(have), Optional.of(SELF)))
            .as("%s with role %s", action.id(), have)
            .isEqualTo(decide(action.id(), "all.User", Role.ADMIN, member(have), Optional.empty()));
      }
    }
  }

  @Test
  void leavingNeedsItsScope() {
    Decision decision = decide(REMOVE, "org.get", Role.ADMIN, member(Role.VIEW), Optional.of(SELF));
    assertThat(decision)
        .isEqualTo(
            new Decision.Denied(new Denial.ScopeMissing(CATALOGUE.action(REMOVE).orElseThrow())));
  }

  /** Who leaves exercises the role that he has, not the one that the action asks of others. */
  @Test
  void leavingGivesNoRole() {
    Decision decision = decide(REMOVE, "org.*", Role.ADMIN, member(Role.VIEW), Optional.of(SELF));
    assertThat(((Decision.Allowed) decision).role()).contains(Role.VIEW);
  }

  private static Standing member(Role role) {
    return new Standing.Member(new Membership(role, Overrides.NONE));
  }

  private static Decision decide(
      String action, String scope, Role cap, Standing standing, Optional<UserId> member) {
    ScopeNames names = CATALOGUE.parseGrant(List.of(scope), Set.of(ScopeGroup.values())).orThrow();
    UserCredential credential =
        new UserCredential(
            UserCredential.Kind.SESSION,
            new SessionId("3".repeat(24)),
            SELF,
            NOW,
            Validity.UNLIMITED,
            new Grant(names, CATALOGUE.resolve(names)),
            new RoleCap(cap, Optional.empty(), Map.of()));
    Bearer bearer =
        new Bearer.OfUser(credential, Optional.of(new UserFacts(SELF, Optional.empty(), false)));
    return Authorizer.decide(
        new Question(
            bearer,
            CATALOGUE.action(action).orElseThrow(),
            new Place.OfOwner(ORGANIZATION, standing, member),
            Optional.empty(),
            NOW));
  }
}
