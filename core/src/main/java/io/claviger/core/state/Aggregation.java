package io.claviger.core.state;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** What is made of the values of one attribute within one interval (STA-12). */
public sealed interface Aggregation {
  /** By the values alone. */
  enum Function implements Aggregation {
    /** The first value. */
    FIRST,
    /** The last value. */
    LAST,
    /** How many values there are. */
    COUNT,
    /** The largest number. */
    MAX,
    /** The smallest number. */
    MIN,
    /** The number in the middle, or half way between the two in the middle. */
    MEDIAN,
    /** The arithmetic mean. */
    MEAN,
    /** The sum. */
    SUM,
    /** The standard deviation of the values themselves, not of a population that they stand for. */
    STD_DEV
  }

  /** Every value by itself. */
  record None() implements Aggregation {}

  /** For how many milliseconds the attribute had that value. */
  record TimeAtValue(AttributeValue value) implements Aggregation {}

  /**
   * What a function makes of values. Of texts there are only first, last and count; true counts as
   * one and false as zero.
   *
   * @param values in the order of their times
   * @return empty when there is nothing to make it of, or it is not finite
   */
  static Optional<AttributeValue> apply(Function function, List<AttributeValue> values) {
    if (values.isEmpty()) {
      return Optional.empty();
    }
    return switch (function) {
      case FIRST -> Optional.of(values.getFirst());
      case LAST -> Optional.of(values.getLast());
      case COUNT -> Optional.of(new AttributeValue.Numeric(values.size()));
      case MAX -> number(values, Aggregation::largest);
      case MIN -> number(values, Aggregation::smallest);
      case MEDIAN -> number(values, Aggregation::median);
      case MEAN -> number(values, Aggregation::mean);
      case SUM -> number(values, Aggregation::sum);
      case STD_DEV -> number(values, Aggregation::deviation);
    };
  }

  private static Optional<AttributeValue> number(
      List<AttributeValue> values, ToDoubleFunction<double[]> function) {
    List<Double> numbers = new ArrayList<>(values.size());
    for (AttributeValue value : values) {
      switch (value) {
        case AttributeValue.Numeric(double number) -> numbers.add(number);
        case AttributeValue.Flag(boolean yes) -> numbers.add(yes ? 1.0 : 0.0);
        case AttributeValue.Text _ -> {
          return Optional.empty();
        }
      }
    }
    double[] array = numbers.stream().mapToDouble(Double::doubleValue).toArray();
    double result = function.applyAsDouble(array);
    return Double.isFinite(result)
        ? Optional.of(new AttributeValue.Numeric(result))
        : Optional.empty();
  }

  private static double largest(double[] numbers) {
    double largest = numbers[0];
    for (double number : numbers) {
      largest = Math.max(largest, number);
    }
    return largest;
  }

  private static double smallest(double[] numbers) {
    double smallest = numbers[0];
    for (double number : numbers) {
      smallest = Math.min(smallest, number);
    }
    return smallest;
  }

  private static double median(double[] numbers) {
    Arrays.sort(numbers);
    int middle = numbers.length / 2;
    return numbers.length % 2 == 1
        ? numbers[middle]
        : numbers[middle - 1] / 2 + numbers[middle] / 2;
  }

  /** With the rounding errors carried along (Neumaier), so that many small numbers count. */
  private static double sum(double[] numbers) {
    double sum = 0;
    double lost = 0;
    for (double number : numbers) {
      double next = sum + number;
      lost += Math.abs(sum) >= Math.abs(number) ? (sum - next) + number : (number - next) + sum;
      sum = next;
    }
    return sum + lost;
  }

  private static double mean(double[] numbers) {
    return sum(numbers) / numbers.length;
  }

  private static double deviation(double[] numbers) {
    double mean = mean(numbers);
    double[] squares = new double[numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      squares[i] = (numbers[i] - mean) * (numbers[i] - mean);
    }
    return Math.sqrt(mean(squares));
  }
}
