package io.claviger.core.topic;

import static io.claviger.core.topic.Topics.name;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.claviger.core.topic.DeviceTopic.Kind;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTopicTest {
  private static final long SEED = 20_260_107;
  private static final String ID = "575ecf887ae143cd83dc4aa2";

  private static final Pattern TOPIC = Pattern.compile("losant/([0-9a-fA-F]{24})/(state|command)");

  @Test
  void theTopicsOfADeviceAreRecognised() {
    assertThat(DeviceTopic.parse(name("losant/" + ID + "/state")))
        .contains(new DeviceTopic(ID, Kind.STATE));
    assertThat(DeviceTopic.parse(name("losant/" + ID.toUpperCase(Locale.ROOT) + "/command")))
        .contains(new DeviceTopic(ID, Kind.COMMAND));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "losant",
        "losant/",
        "losant/" + ID,
        "losant/" + ID + "/",
        "losant/" + ID + "/states",
        "losant/" + ID + "/State",
        "losant/" + ID + "/state/",
        "losant/" + ID + "//state",
        "losant/" + ID + "a/state",
        "losant/" + ID + "/other",
        "losant//state",
        "Losant/" + ID + "/state",
        "/losant/" + ID + "/state",
        "losant/575ecf887ae143cd83dc4aag/state",
        "losant/575ecf887ae143cd83dc4aa/state",
        "losant/575ecf887ae143cd83dc4aa\u0662/state",
        "losant/575ecf887ae143cd83dc/aa2/state",
        "a/" + ID + "/state",
      })
  void nothingElseIsTheTopicOfADevice(String text) {
    assertThat(DeviceTopic.parse(name(text))).isEmpty();
  }

  @Test
  void everyTopicAgreesWithTheRegularExpressionAndIsWrittenBack() {
    Random random = new Random(SEED);
    int recognised = 0;
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder("losant/");
      random.ints(24, 0, 22).forEach(at -> text.append("0123456789abcdefABCDEF".charAt(at)));
      text.append(random.nextBoolean() ? "/state" : "/command");
      if (random.nextBoolean()) {
        text.setCharAt(random.nextInt(text.length()), "/aFg\u212a".charAt(random.nextInt(5)));
      }
      Matcher matcher = TOPIC.matcher(text);
      Optional<DeviceTopic> topic = DeviceTopic.parse(name(text.toString()));

      assertThat(topic.isPresent()).as("seed %d, `%s`", SEED, text).isEqualTo(matcher.matches());
      if (topic.isPresent()) {
        recognised++;
        assertThat(topic.get().name().text()).isEqualToIgnoringCase(text);
        assertThat(DeviceTopic.parse(topic.get().name())).isEqualTo(topic);
      }
    }
    assertThat(recognised).isBetween(20_000, 45_000);
  }

  @Test
  void theIdOfADeviceIsWrittenOneWay() {
    assertThatThrownBy(() -> new DeviceTopic("575ECF887AE143CD83DC4AA2", Kind.STATE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new DeviceTopic("+", Kind.STATE))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
