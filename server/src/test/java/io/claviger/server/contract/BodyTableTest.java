package io.claviger.server.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Runs {@code spec/cases/body.table}. */
final class BodyTableTest {

  private static final Path TABLE = Path.of("..", "spec", "cases", "body.table");
  private static final Pattern TEXT = Pattern.compile("<(\\w)\\*(\\d+)>");
  private static final Pattern ELEMENTS = Pattern.compile("<<(\\w)\\*(\\d+)>>");
  private static final Contract CONTRACT = Contract.load();

  record Row(String operation, String body, String field, String message) {}

  private static Stream<Row> rows() throws IOException {
    return Files.readAllLines(TABLE).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.split("\\|"))
        .map(cell -> new Row(cell[0].strip(), cell[1].strip(), cell[2].strip(), cell[3].strip()));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void bodyIsJudgedAsTheTableSays(Row row) {
    List<FieldError> errors = CONTRACT.validateBody(row.operation, parse(row.body));

    if (row.field.equals("-")) {
      assertThat(errors).isEmpty();
    } else {
      assertThat(errors).isNotEmpty();
      assertThat(errors.getFirst().field()).isEqualTo(row.field);
      assertThat(errors.getFirst().message()).contains(row.message);
    }
  }

  private static JsonNode parse(String text) {
    if (text.equals("none")) {
      return MissingNode.getInstance();
    }
    String elements = ELEMENTS.matcher(text).replaceAll(m -> repeat(m.group(1), ",", m.group(2)));
    return JsonMapper.shared()
        .readTree(TEXT.matcher(elements).replaceAll(m -> repeat(m.group(1), "", m.group(2))));
  }

  private static String repeat(String text, String separator, String times) {
    return String.join(separator, Collections.nCopies(Integer.parseInt(times), text));
  }
}
