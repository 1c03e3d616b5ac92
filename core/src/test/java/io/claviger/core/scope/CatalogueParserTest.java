package io.claviger.core.scope;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.Parsed;
import io.claviger.core.role.Role;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogueParserTest {
  private static final String ACTION_HEAD = "id\tmethod\tpath\tcontext\tminRole\tflags\tscopes\n";
  private static final String SCOPES =
      "name\tgroup\tkind\ndoor.*\tapplication\twildcard\ndoor.open\tapplication\tsingle\n";
  private static final String OPEN =
      "door.open\tPOST\t/doors/{doorId}/open\tapplication\tview\tsse,own\tdoor.* door.open\n";

  @Test
  void readsEveryColumn() {
    var catalogue = Catalogue.parse("# note\n\n" + ACTION_HEAD + OPEN, SCOPES).orThrow();
    assertThat(catalogue.actions())
        .containsExactly(
            new Action(
                "door.open",
                "POST",
                "/doors/{doorId}/open",
                ActionContext.APPLICATION,
                Optional.of(Role.VIEW),
                Set.of(ActionFlag.SSE, ActionFlag.OWN),
                0));
    assertThat(catalogue.scopesOf(catalogue.actions().getFirst()))
        .containsExactlyInAnyOrder("door.*", "door.open");
    assertThat(catalogue.scopes())
        .containsExactly(
            new Scope("door.*", ScopeGroup.APPLICATION, ScopeKind.WILDCARD),
            new Scope("door.open", ScopeGroup.APPLICATION, ScopeKind.SINGLE));
  }

  @Test
  void aWrongCellIsNamedWithItsLine() {
    refusesAction(OPEN.replace("door.open\tPOST", "door\tPOST"), "an action id is resource.verb");
    refusesAction(OPEN.replace("POST", "post"), "unknown method post");
    refusesAction(OPEN.replace("/doors/", "doors/"), "malformed path doors/{doorId}/open");
    refusesAction(OPEN.replace("}", ""), "malformed path /doors/{doorId/open");
    refusesAction(OPEN.replace("\tapplication\t", "\tplanet\t"), "unknown context planet");
    refusesAction(
        OPEN.replace("view", "View"), "must be one of none, view, collaborate, edit, admin");
    refusesAction(OPEN.replace("sse", "ssee"), "unknown flag ssee");
    refusesAction(OPEN.replace("own", "sse"), "repeats the flag sse");
    refusesAction(OPEN.replace("door.* door.open", "door.shut"), "unknown scope door.shut");
    refusesAction(OPEN.replace("door.* ", "door.open "), "repeats the scope door.open");
    refusesAction(OPEN.replace("door.* ", "door.*  "), "unknown scope ");
    refusesAction(OPEN.replace("\tview", ""), "must have 7 columns");
    refusesAction(OPEN.replace("\n", "\r\n"), "unknown scope door.open\r");
  }

  @Test
  void anActionIsEitherGrantedByScopesOrFreeOfThem() {
    String reason =
        "scopes are needed, unless noToken, anyScope or one of the um flags is set, then none";
    refusesAction(OPEN.replace("door.* door.open", "-"), reason);
    refusesAction(OPEN.replace("sse", "noToken"), reason);
    refusesAction(OPEN.replace("sse", "anyScope"), reason);
    String free = OPEN.replace("sse", "noToken").replace("door.* door.open", "-");
    assertThat(Catalogue.parse(ACTION_HEAD + free, SCOPES)).isInstanceOf(Parsed.Ok.class);
  }

  @Test
  void repetitionsAreRefused() {
    assertThat(Catalogue.parse(ACTION_HEAD + OPEN + OPEN, SCOPES))
        .isEqualTo(Parsed.rejected("actions line 3: repeats the action door.open"));
    String sameRoute = OPEN.replace("door.open\tPOST", "door.push\tPOST").replace("doorId", "id");
    assertThat(Catalogue.parse(ACTION_HEAD + OPEN + sameRoute, SCOPES))
        .isEqualTo(Parsed.rejected("actions line 3: repeats POST /doors/{id}/open"));
    assertThat(Catalogue.parse(ACTION_HEAD, SCOPES + "door.*\tuser\tsingle\n"))
        .isEqualTo(Parsed.rejected("scopes line 4: repeats the scope door.*"));
  }

  @Test
  void aWrongScopeTableIsRefused() {
    refusesScope("two words\tuser\tsingle", "a scope name has no spaces");
    refusesScope("\tuser\tsingle", "a scope name has no spaces");
    refusesScope("x".repeat(1025) + "\tuser\tsingle", "the scope name is too long");
    refusesScope("a.b\tUser\tsingle", "unknown group User");
    refusesScope("a.b\tuser\tdouble", "unknown kind double");
    refusesScope("a.b\tuser", "must have 3 columns");
  }

  @Test
  void aMissingOrWrongHeaderIsRefused() {
    assertThat(Catalogue.parse("", SCOPES))
        .isEqualTo(Parsed.rejected("actions: the header is missing"));
    assertThat(Catalogue.parse(ACTION_HEAD, "# nothing\n"))
        .isEqualTo(Parsed.rejected("scopes: the header is missing"));
    assertThat(Catalogue.parse(OPEN, SCOPES))
        .isEqualTo(
            Parsed.rejected(
                "actions line 1: must be the header id, method, path, context, minRole, flags,"
                    + " scopes"));
  }

  @Test
  void anyTableIsReadOrRejected() {
    long seed = 31;
    var random = new Random(seed);
    String table = ACTION_HEAD + OPEN + OPEN.replace("open", "shut").replace(" door.shut", "");
    assertThat(Catalogue.parse(table, SCOPES)).isInstanceOf(Parsed.Ok.class);
    int read = 0;
    for (int i = 0; i < 20_000; i++) {
      var actions = new StringBuilder(table);
      var scopes = new StringBuilder(SCOPES);
      for (int edits = random.nextInt(3); edits > 0; edits--) {
        edit(random.nextBoolean() ? actions : scopes, random);
      }
      if (Catalogue.parse(actions.toString(), scopes.toString()) instanceof Parsed.Ok) {
        read++;
      }
    }
    assertThat(read).as("seed %d", seed).isBetween(6_000, 14_000);
  }

  private static void edit(StringBuilder text, Random random) {
    int place = random.nextInt(text.length());
    switch (random.nextInt(3)) {
      case 0 -> text.deleteCharAt(place);
      case 1 -> text.insert(place, (char) random.nextInt(256));
      default -> text.setCharAt(place, "\t\n #-,.{}/".charAt(random.nextInt(10)));
    }
  }

  private static void refusesAction(String row, String reason) {
    assertThat(Catalogue.parse(ACTION_HEAD + row, SCOPES))
        .isEqualTo(Parsed.rejected("actions line 2: " + reason));
  }

  private static void refusesScope(String row, String reason) {
    assertThat(Catalogue.parse(ACTION_HEAD, SCOPES + row + "\n"))
        .isEqualTo(Parsed.rejected("scopes line 4: " + reason));
  }
}
