package io.claviger.core.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.claviger.core.device.AttributeDataType;
import io.claviger.core.testing.CaseTable;
import io.claviger.core.testing.CaseTable.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Times and values as devices give them (STA-2 to STA-5). */
class StateTablesTest {
  private static final long NOW = Instant.parse("2026-03-01T00:00:00Z").toEpochMilli();
  private static final AgeWindow WINDOW = new AgeWindow(Duration.ofDays(30));

  static List<Row> times() {
    return CaseTable.read("state-time");
  }

  static List<Row> values() {
    return CaseTable.read("state-value");
  }

  @ParameterizedTest
  @MethodSource("times")
  void timeThatIsMeant(Row row) {
    String given = row.get("given");
    GivenTime time =
        switch (row.get("form")) {
          case "absent" -> new GivenTime.Absent();
          case "number" -> new GivenTime.Amount(Double.parseDouble(given));
          case "millis" -> new GivenTime.Millis(Double.parseDouble(given));
          case "text" -> new GivenTime.Text(given);
          default -> throw new IllegalArgumentException(row.toString());
        };
    assertThat(Instant.ofEpochMilli(time.resolve(NOW))).hasToString(row.get("moment"));
  }

  @ParameterizedTest
  @MethodSource("values")
  void valueThatIsKept(Row row) {
    AttributeDataType type = AttributeDataType.parse(row.get("type")).orThrow();
    Optional<AttributeValue> expected =
        row.get("kept").equals("none") ? Optional.empty() : Optional.of(value(row.get("kept")));
    Optional<AttributeValue> kept = Coercion.to(type, value(row.get("given")));
    assertThat(kept).isEqualTo(expected);
    // What is kept stays what it is when it is reported again.
    kept.ifPresent(value -> assertThat(Coercion.to(type, value)).contains(value));
  }

  private static AttributeValue value(String cell) {
    String text = cell.substring(cell.indexOf(':') + 1);
    return switch (cell.substring(0, cell.indexOf(':'))) {
      case "number" -> new AttributeValue.Numeric(Double.parseDouble(text));
      case "text" -> new AttributeValue.Text(text);
      case "flag" -> new AttributeValue.Flag(Boolean.parseBoolean(text));
      default -> throw new IllegalArgumentException(cell);
    };
  }

  @Test
  void textsAreMeasuredInBytes() {
    String umlauts = "\u00e4".repeat(Coercion.TEXT_BYTES_MAX / 2);
    assertThat(kept(AttributeDataType.STRING, umlauts)).isTrue();
    assertThat(kept(AttributeDataType.STRING, umlauts + "x")).isFalse();
    assertThat(kept(AttributeDataType.STRING, "x".repeat(Coercion.TEXT_BYTES_MAX))).isTrue();
    assertThat(kept(AttributeDataType.STRING, "x".repeat(Coercion.TEXT_BYTES_MAX + 1))).isFalse();
    assertThat(kept(AttributeDataType.BLOB, "x".repeat(Coercion.BLOB_BYTES_MAX))).isTrue();
    assertThat(kept(AttributeDataType.BLOB, "x".repeat(Coercion.BLOB_BYTES_MAX + 1))).isFalse();
  }

  private static boolean kept(AttributeDataType type, String text) {
    return Coercion.to(type, new AttributeValue.Text(text)).isPresent();
  }

  /** STA-3, to the millisecond. */
  @Test
  void ageWindow() {
    long month = Duration.ofDays(30).toMillis();
    long day = Duration.ofDays(1).toMillis();
    assertThat(WINDOW.admits(NOW - month, NOW)).isTrue();
    assertThat(WINDOW.admits(NOW - month - 1, NOW)).isFalse();
    assertThat(WINDOW.admits(NOW + day, NOW)).isTrue();
    assertThat(WINDOW.admits(NOW + day + 1, NOW)).isFalse();
    assertThat(WINDOW.admits(GivenTime.MILLIS_MAX, NOW)).isFalse();
    assertThat(WINDOW.admits(-GivenTime.MILLIS_MAX, NOW)).isFalse();
  }

  @Test
  void onlyWhatTheDeviceHasIsKept() {
    Map<String, AttributeValue> data = new LinkedHashMap<>();
    data.put("n", new AttributeValue.Text("1"));
    data.put("unknown", new AttributeValue.Numeric(2));
    data.put("bad", new AttributeValue.Text("x"));
    Report report = new Report(new GivenTime.Amount(-1000), data, Optional.empty());
    Map<String, AttributeDataType> attributes =
        Map.of("n", AttributeDataType.NUMBER, "bad", AttributeDataType.NUMBER);
    assertThat(report.keep(attributes, WINDOW, NOW))
        .contains(new Report.Kept(NOW - 1000, Map.of("n", new AttributeValue.Numeric(1))));
    assertThat(report.keep(Map.of("bad", AttributeDataType.NUMBER), WINDOW, NOW)).isEmpty();
    assertThat(report.keep(Map.of(), WINDOW, NOW)).isEmpty();
    assertThat(
            new Report(new GivenTime.Amount(1), data, Optional.empty())
                .keep(attributes, WINDOW, NOW))
        .isEmpty();
  }

  /** Whatever text comes: an answer, and soon. */
  @Test
  void anyTextIsReadOrRefused() {
    Random random = new Random(20260301);
    List<String> pieces =
        List.of(
            "2016",
            "-",
            "10",
            "T",
            ":",
            "+",
            "0",
            "9".repeat(40),
            "Oct",
            " ",
            ",",
            "PM",
            "(",
            ")",
            "$GPGLL,",
            "$GPGGA,",
            "N",
            "W",
            "\u00b0",
            "'",
            "\"",
            ".",
            "1e400",
            "/",
            "\ud83d",
            "A");
    for (int i = 0; i < 100_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(14); length > 0; length--) {
        text.append(pieces.get(random.nextInt(pieces.size())));
      }
      long moment = new GivenTime.Text(text.toString()).resolve(NOW);
      assertThat(Math.abs(moment)).as("%s", text).isLessThanOrEqualTo(GivenTime.MILLIS_MAX);
      for (AttributeDataType type : AttributeDataType.values()) {
        Coercion.to(type, new AttributeValue.Text(text.toString()))
            .ifPresent(value -> assertThat(Coercion.to(type, value)).contains(value));
      }
    }
  }
}
