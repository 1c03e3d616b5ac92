package io.claviger.core.state;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Places in the four documented forms: decimal degrees, degrees with minutes and seconds, and the
 * sentences GLL and GGA of NMEA 0183. Kept as {@code latitude,longitude} in decimal degrees.
 *
 * <p>The checksum of a sentence is not looked at: what came over MQTT or HTTP is whole, and devices
 * are known to leave it out. A sentence that says of itself that it is not valid is none.
 */
final class GpsText {
  /** A sentence has at most 82 characters; the decimal digits of clients can be many. */
  private static final int LENGTH_MAX = 120;

  /** About a millimetre. */
  private static final int DECIMALS = 8;

  private static final BigDecimal SIXTY = BigDecimal.valueOf(60);
  private static final BigDecimal LATITUDE_MAX = BigDecimal.valueOf(90);
  private static final BigDecimal LONGITUDE_MAX = BigDecimal.valueOf(180);

  private static final String DECIMAL = "([+-]?[0-9]{1,3}(?:\\.[0-9]{1,30})?)";
  private static final Pattern DECIMALS_PAIR = Pattern.compile(DECIMAL + "\\s*,\\s*" + DECIMAL);

  private static final String SEXAGESIMAL =
      "([0-9]{1,3})\\s*\u00b0\\s*([0-9]{1,2})\\s*['\u2032\u2019]\\s*"
          + "(?:([0-9]{1,2}(?:\\.[0-9]{1,30})?)\\s*[\"\u2033\u201d]\\s*)?";
  private static final Pattern SEXAGESIMAL_PAIR =
      Pattern.compile(SEXAGESIMAL + "([NSns])\\s*,\\s*" + SEXAGESIMAL + "([EWew])");

  private static final String NMEA_PAIR =
      "([0-9]{1,2})([0-9]{2}(?:\\.[0-9]{1,15})?),([NS]),"
          + "([0-9]{1,3})([0-9]{2}(?:\\.[0-9]{1,15})?),([EW])";
  private static final Pattern GLL =
      Pattern.compile("\\$[A-Z]{2}GLL," + NMEA_PAIR + "(?:,[0-9.]*(?:,(A)(?:,.*|\\*.*)?)?)?");
  private static final Pattern GGA =
      Pattern.compile("\\$[A-Z]{2}GGA,[0-9.]*," + NMEA_PAIR + ",[1-9](?:,.*)?");

  private GpsText() {}

  /** The place in decimal degrees, or empty when the text names none on earth. */
  static Optional<String> parse(String text) {
    String trimmed = text.strip();
    if (trimmed.length() > LENGTH_MAX) {
      return Optional.empty();
    }
    Matcher decimals = DECIMALS_PAIR.matcher(trimmed);
    if (decimals.matches()) {
      return place(new BigDecimal(decimals.group(1)), new BigDecimal(decimals.group(2)));
    }
    Matcher pair = SEXAGESIMAL_PAIR.matcher(trimmed);
    if (pair.matches()) {
      return sexagesimal(pair);
    }
    Matcher sentence = GLL.matcher(trimmed);
    if (!sentence.matches()) {
      sentence = GGA.matcher(trimmed);
    }
    return sentence.matches() ? nmea(sentence) : Optional.empty();
  }

  private static Optional<String> sexagesimal(Matcher pair) {
    Optional<BigDecimal> latitude =
        angle(pair.group(1), pair.group(2), pair.group(3), pair.group(4));
    Optional<BigDecimal> longitude =
        angle(pair.group(5), pair.group(6), pair.group(7), pair.group(8));
    return latitude.flatMap(north -> longitude.flatMap(east -> place(north, east)));
  }

  private static Optional<String> nmea(Matcher sentence) {
    Optional<BigDecimal> latitude =
        angle(sentence.group(1), sentence.group(2), null, sentence.group(3));
    Optional<BigDecimal> longitude =
        angle(sentence.group(4), sentence.group(5), null, sentence.group(6));
    return latitude.flatMap(north -> longitude.flatMap(east -> place(north, east)));
  }

  private static Optional<BigDecimal> angle(
      String degrees, String minutes, @Nullable String seconds, String hemisphere) {
    BigDecimal minute = new BigDecimal(minutes);
    BigDecimal second = seconds == null ? BigDecimal.ZERO : new BigDecimal(seconds);
    if (minute.compareTo(SIXTY) >= 0 || second.compareTo(SIXTY) >= 0) {
      return Optional.empty();
    }
    BigDecimal whole = minute.multiply(SIXTY).add(second);
    BigDecimal angle =
        new BigDecimal(degrees)
            .add(whole.divide(BigDecimal.valueOf(3600), MathContext.DECIMAL64))
            .setScale(DECIMALS, RoundingMode.HALF_EVEN);
    boolean negative = "SWsw".contains(hemisphere);
    return Optional.of(negative ? angle.negate() : angle);
  }

  private static Optional<String> place(BigDecimal latitude, BigDecimal longitude) {
    if (latitude.abs().compareTo(LATITUDE_MAX) > 0
        || longitude.abs().compareTo(LONGITUDE_MAX) > 0) {
      return Optional.empty();
    }
    return Optional.of(plain(latitude) + "," + plain(longitude));
  }

  private static String plain(BigDecimal angle) {
    return angle.signum() == 0 ? "0" : angle.stripTrailingZeros().toPlainString();
  }
}
