package io.claviger.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.claviger.core.state.Aggregation.Function;
import io.claviger.core.state.AttributeValue.Flag;
import io.claviger.core.state.AttributeValue.Numeric;
import io.claviger.core.state.AttributeValue.Text;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Sums of values, against the definitions in exact arithmetic (STA-12). */
class AggregationTest {
  private static final int ROUNDS = 5_000;

  @Test
  void agreesWithTheDefinitions() {
    Random random = new Random(7);
    for (int round = 0; round < ROUNDS; round++) {
      List<AttributeValue> values = new ArrayList<>();
      for (int i = 1 + random.nextInt(20); i > 0; i--) {
        double magnitude = Math.pow(10, random.nextInt(9) - 4);
        values.add(
            random.nextInt(5) == 0
                ? new Flag(random.nextBoolean())
                : new Numeric(Math.rint(random.nextGaussian() * 1000) * magnitude));
      }
      List<BigDecimal> exact = values.stream().map(AggregationTest::exact).toList();
      for (Function function : Function.values()) {
        AttributeValue result = Aggregation.apply(function, values).orElseThrow();
        switch (function) {
          case FIRST -> assertThat(result).isEqualTo(values.getFirst());
          case LAST -> assertThat(result).isEqualTo(values.getLast());
          case COUNT, MAX, MIN, MEDIAN, MEAN, SUM, STD_DEV -> {
            double expected = reference(function, exact).doubleValue();
            assertThat(((Numeric) result).value())
                .as("%s of %s", function, values)
                .isCloseTo(expected, within(1e-9 * Math.max(1, Math.abs(expected))));
          }
        }
      }
    }
  }

  private static BigDecimal exact(AttributeValue value) {
    return switch (value) {
      case Numeric(double number) -> new BigDecimal(number);
      case Flag(boolean yes) -> yes ? BigDecimal.ONE : BigDecimal.ZERO;
      case Text _ -> throw new IllegalArgumentException();
    };
  }

  private static BigDecimal reference(Function function, List<BigDecimal> values) {
    List<BigDecimal> sorted = values.stream().sorted().toList();
    BigDecimal count = BigDecimal.valueOf(values.size());
    BigDecimal sum = values.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    BigDecimal mean = sum.divide(count, MathContext.DECIMAL128);
    return switch (function) {
      case FIRST, LAST -> throw new IllegalArgumentException();
      case COUNT -> count;
      case MAX -> sorted.getLast();
      case MIN -> sorted.getFirst();
      case SUM -> sum;
      case MEAN -> mean;
      case MEDIAN ->
          sorted
              .get((values.size() - 1) / 2)
              .add(sorted.get(values.size() / 2))
              .divide(BigDecimal.TWO, MathContext.DECIMAL128);
      case STD_DEV ->
          values.stream()
              .map(value -> value.subtract(mean).pow(2))
              .reduce(BigDecimal.ZERO, BigDecimal::add)
              .divide(count, MathContext.DECIMAL128)
              .sqrt(MathContext.DECIMAL128);
    };
  }

  @Test
  void textsHaveNoNumbers() {
    List<AttributeValue> texts = List.of(new Text("b"), new Text("a"));
    assertThat(Aggregation.apply(Function.FIRST, texts)).contains(new Text("b"));
    assertThat(Aggregation.apply(Function.LAST, texts)).contains(new Text("a"));
    assertThat(Aggregation.apply(Function.COUNT, texts)).contains(new Numeric(2));
    for (Function function :
        List.of(
            Function.MAX,
            Function.MIN,
            Function.MEDIAN,
            Function.MEAN,
            Function.SUM,
            Function.STD_DEV)) {
      assertThat(Aggregation.apply(function, texts)).isEmpty();
    }
    for (Function function : Function.values()) {
      assertThat(Aggregation.apply(function, List.of())).isEmpty();
    }
  }

  @Test
  void beyondAllNumbersIsNone() {
    List<AttributeValue> huge =
        List.of(new Numeric(Double.MAX_VALUE), new Numeric(Double.MAX_VALUE));
    assertThat(Aggregation.apply(Function.SUM, huge)).isEmpty();
    assertThat(Aggregation.apply(Function.MEDIAN, huge)).contains(new Numeric(Double.MAX_VALUE));
  }

  /** Millisecond by millisecond. */
  @Test
  void timeAtAValueAgreesWithCounting() {
    Random random = new Random(11);
    for (int round = 0; round < 3_000; round++) {
      long start = random.nextInt(60) - 30L;
      long end = start + random.nextInt(60);
      long resolution = random.nextInt(12);
      long now = start + random.nextInt(80);
      Optional<AttributeValue> before =
          random.nextBoolean() ? Optional.of(new Flag(random.nextBoolean())) : Optional.empty();
      List<Timeline.Moment> samples = new ArrayList<>();
      for (long time = start; time <= end; time++) {
        if (random.nextInt(6) == 0) {
          samples.add(new Timeline.Moment(time, new Flag(random.nextBoolean())));
        }
      }
      Timeline timeline = new Timeline(start, end, resolution);
      assertThat(timeline.timeAt(new Flag(true), before, samples, now))
          .as("%s %s %s now %s", timeline, before, samples, now)
          .isEqualTo(counted(timeline, before, samples, now));
    }
  }

  private static NavigableMap<Long, Long> counted(
      Timeline timeline, Optional<AttributeValue> before, List<Timeline.Moment> samples, long now) {
    NavigableMap<Long, Long> counted = new TreeMap<>();
    for (long time = timeline.startMillis(); time < Math.min(timeline.endMillis(), now); time++) {
      Optional<AttributeValue> current = before;
      for (Timeline.Moment sample : samples) {
        if (sample.timeMillis() <= time) {
          current = Optional.of(sample.value());
        }
      }
      if (current.isPresent()) {
        long interval = timeline.startMillis();
        if (timeline.resolutionMillis() > 0) {
          interval = time;
          while (interval % timeline.resolutionMillis() != 0) {
            interval--;
          }
        }
        counted.merge(interval, current.get().equals(new Flag(true)) ? 1L : 0L, Long::sum);
      }
    }
    return counted;
  }

  @Test
  void numberOfIntervals() {
    assertThat(new Timeline(0, 99, 10).intervals()).isEqualTo(10);
    assertThat(new Timeline(-1, 100, 10).intervals()).isEqualTo(12);
    assertThat(new Timeline(5, 5, 10).intervals()).isEqualTo(1);
    assertThat(new Timeline(5, 500, 0).intervals()).isEqualTo(1);
    assertThat(new Timeline(5, 4, 10).intervals()).isZero();
  }
}
