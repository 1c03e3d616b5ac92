package io.claviger.core.topic;

import io.claviger.core.Parsed;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All small names and filters, and a slow second opinion on which match. */
final class Topics {
  private Topics() {}

  static TopicName name(String text) {
    return TopicName.parse(text).orThrow();
  }

  static TopicFilter filter(String text) {
    return TopicFilter.parse(text).orThrow();
  }

  /** Every text of 0 to {@code length} characters of the alphabet. */
  static List<String> texts(String alphabet, int length) {
    List<String> all = new ArrayList<>(List.of(""));
    int from = 0;
    for (int i = 0; i < length; i++) {
      int end = all.size();
      for (String shorter : List.copyOf(all.subList(from, end))) {
        alphabet.chars().forEach(c -> all.add(shorter + (char) c));
      }
      from = end;
    }
    return all;
  }

  /** Every text of 1 to {@code depth} of these levels, joined by slashes. */
  static List<String> paths(List<String> levels, int depth) {
    List<String> all = new ArrayList<>(levels);
    List<String> longest = levels;
    for (int i = 1; i < depth; i++) {
      longest =
          longest.stream()
              .flatMap(path -> levels.stream().map(level -> path + "/" + level))
              .toList();
      all.addAll(longest);
    }
    return all;
  }

  static List<TopicName> names(List<String> texts) {
    return texts.stream()
        .map(TopicName::parse)
        .flatMap(parsed -> parsed.toOptional().stream())
        .toList();
  }

  static List<TopicFilter> filters(List<String> texts) {
    return texts.stream()
        .map(TopicFilter::parse)
        .flatMap(parsed -> parsed.toOptional().stream())
        .toList();
  }

  /** The filter as a regular expression over names. */
  static Pattern regex(TopicFilter filter) {
    String text = filter.text();
    String start = text.startsWith("+") || text.startsWith("#") ? "(?!\\$)" : "";
    if (text.equals("#")) {
      return Pattern.compile(start + ".*", Pattern.DOTALL);
    }
    boolean open = text.endsWith("/#");
    String fixed = open ? text.substring(0, text.length() - 2) : text;
    return Pattern.compile(
        start
            + Stream.of(fixed.split("/", -1))
                .map(level -> level.equals("+") ? "[^/]*" : Pattern.quote(level))
                .collect(Collectors.joining("/"))
            + (open ? "(/.*)?" : ""),
        Pattern.DOTALL);
  }

  /** Which of the names the filter matches, by {@link #regex}. */
  static BitSet matched(TopicFilter filter, List<TopicName> names) {
    Pattern regex = regex(filter);
    BitSet matched = new BitSet(names.size());
    for (int i = 0; i < names.size(); i++) {
      matched.set(i, regex.matcher(names.get(i).text()).matches());
    }
    return matched;
  }

  static boolean contains(BitSet all, BitSet some) {
    BitSet rest = (BitSet) some.clone();
    rest.andNot(all);
    return rest.isEmpty();
  }

  static boolean accepted(Parsed<?> parsed) {
    return parsed.toOptional().isPresent();
  }
}
