package io.claviger.core.role;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.Parsed;
import java.util.List;
import org.junit.jupiter.api.Test;

class RoleTest {
  private static final List<String> WEAKEST_FIRST =
      List.of("none", "view", "collaborate", "edit", "admin");

  @Test
  void wireNamesAreInOrderOfPowerAndReadBack() {
    assertThat(Role.values()).extracting(Role::wireName).containsExactlyElementsOf(WEAKEST_FIRST);
    for (Role role : Role.values()) {
      assertThat(Role.parse(role.wireName())).isEqualTo(Parsed.ok(role));
    }
  }

  @Test
  void otherTextIsRejected() {
    for (String text : List.of("", "Admin", "VIEW", " view", "view ", "owner", "viewer")) {
      assertThat(Role.parse(text)).as(text).isInstanceOf(Parsed.Rejected.class);
    }
  }

  @Test
  void minAndAtLeastAgreeWithTheOrderForEveryPair() {
    for (Role left : Role.values()) {
      for (Role right : Role.values()) {
        int l = WEAKEST_FIRST.indexOf(left.wireName());
        int r = WEAKEST_FIRST.indexOf(right.wireName());
        assertThat(Role.min(left, right).wireName())
            .as("min(%s, %s)", left, right)
            .isEqualTo(WEAKEST_FIRST.get(Math.min(l, r)));
        assertThat(left.atLeast(right)).as("%s at least %s", left, right).isEqualTo(l >= r);
      }
    }
  }
}
