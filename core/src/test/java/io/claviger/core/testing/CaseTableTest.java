package io.claviger.core.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.testing.CaseTable.Row;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A table that is read wrongly would make the tests on it pass for nothing. */
class CaseTableTest {
  @Test
  void cellsAreTrimmedAndQuotedCellsKeepTheirBlanks() {
    List<Row> rows =
        CaseTable.parse(
            "t.table",
            """
            # a comment

            name  | text   | list  | open
            plain | a b    | x, y  | yes
            blank | " a\\t" |       | no
            """);

    assertThat(rows).hasSize(2);
    assertThat(rows.getFirst().get("text")).isEqualTo("a b");
    assertThat(rows.getFirst().list("list")).containsExactly("x", "y");
    assertThat(rows.getFirst().yes("open")).isTrue();
    assertThat(rows.getLast().get("text")).isEqualTo(" a\t");
    assertThat(rows.getLast().list("list")).isEmpty();
    assertThat(rows.getLast().yes("open")).isFalse();
    assertThat(rows.getLast().place()).isEqualTo("t.table:5");
  }

  @Test
  void aTableThatIsNotWellFormedIsRefused() {
    assertThatThrownBy(() -> CaseTable.parse("t.table", "a | b\n1\n")).hasMessageContaining(":2");
    assertThatThrownBy(() -> CaseTable.parse("t.table", "a | a\n1 | 2\n"))
        .hasMessageContaining("twice");
    assertThatThrownBy(() -> CaseTable.parse("t.table", "# nothing\n"))
        .hasMessageContaining("no case");
    assertThatThrownBy(() -> CaseTable.parse("t.table", "a | b\n# | 2\n"))
        .hasMessageContaining("quote");
    assertThatThrownBy(() -> CaseTable.read("there-is-no-such")).hasMessageContaining("no such");
  }

  @Test
  void aRowAnswersOnlyForItsColumns() {
    Row row = CaseTable.parse("t.table", "a\nmaybe\n").getFirst();

    assertThatThrownBy(() -> row.get("b")).hasMessageContaining("t.table:2");
    assertThatThrownBy(() -> row.yes("a")).hasMessageContaining("yes or no");
  }
}
