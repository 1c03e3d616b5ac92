package io.claviger.server.mqtt;

import com.google.common.collect.ImmutableList;
import com.hivemq.codec.encoder.mqtt5.Mqtt5PayloadFormatIndicator;
import com.hivemq.mqtt.message.mqtt5.Mqtt5UserProperties;
import com.hivemq.mqtt.message.mqtt5.MqttUserProperty;
import com.hivemq.mqtt.message.publish.PUBLISH;
import com.hivemq.mqtt.message.publish.PUBLISHFactory;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Messages of brokers as they go to other nodes: with topics inside, and all their properties. */
final class PublishCodec {
  private static final int RELEASE = 1;
  private static final int ABSENT = -1;

  private PublishCodec() {}

  static byte[] write(PUBLISH publish) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(RELEASE);
      out.writeByte(publish.getQoS().getQosNumber());
      out.writeBoolean(publish.isRetain());
      out.writeLong(publish.getMessageExpiryInterval());
      text(out, publish.getTopic());
      part(out, publish.getPayload());
      Mqtt5PayloadFormatIndicator format = publish.getPayloadFormatIndicator();
      out.writeByte(format == null ? ABSENT : format.getCode());
      text(out, publish.getContentType());
      text(out, publish.getResponseTopic());
      part(out, publish.getCorrelationData());
      Mqtt5UserProperties properties = publish.getUserProperties();
      ImmutableList<MqttUserProperty> list =
          properties == null ? ImmutableList.of() : properties.asList();
      out.writeInt(list.size());
      for (MqttUserProperty property : list) {
        text(out, property.getName());
        text(out, property.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void text(DataOutputStream out, @Nullable String text) throws IOException {
    part(out, text == null ? null : text.getBytes(StandardCharsets.UTF_8));
  }

  private static void part(DataOutputStream out, byte @Nullable [] part) throws IOException {
    out.writeInt(part == null ? ABSENT : part.length);
    if (part != null) {
      out.write(part);
    }
  }

  /**
   * The message as one of this node's broker; empty for what a node of this release would not send.
   *
   * @param hivemqId the name of the broker
   */
  static Optional<PUBLISH> read(byte[] bytes, String hivemqId) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      return in.readByte() == RELEASE ? Optional.of(read(in, hivemqId)) : Optional.empty();
    } catch (IOException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static PUBLISH read(DataInputStream in, String hivemqId) throws IOException {
    PUBLISHFactory.Mqtt5Builder builder = new PUBLISHFactory.Mqtt5Builder().withHivemqId(hivemqId);
    int qos = in.readByte();
    builder.withQoS(Packets.qos(qos)).withOnwardQos(Packets.qos(qos));
    builder.withRetain(in.readBoolean()).withMessageExpiryInterval(in.readLong());
    builder.withTopic(text(in)).withPayload(part(in));
    int format = in.readByte();
    builder.withPayloadFormatIndicator(
        format == ABSENT ? null : Mqtt5PayloadFormatIndicator.fromCode(format));
    builder.withContentType(text(in)).withResponseTopic(text(in)).withCorrelationData(part(in));
    ImmutableList.Builder<MqttUserProperty> properties = ImmutableList.builder();
    for (int left = in.readInt(); left > 0; left--) {
      String name = text(in);
      String value = text(in);
      if (name != null && value != null) {
        properties.add(new MqttUserProperty(name, value));
      }
    }
    return builder.withUserProperties(Mqtt5UserProperties.of(properties.build())).build();
  }

  private static @Nullable String text(DataInputStream in) throws IOException {
    byte[] part = part(in);
    return part == null ? null : new String(part, StandardCharsets.UTF_8);
  }

  private static byte @Nullable [] part(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      return null;
    }
    if (length > in.available()) {
      throw new EOFException();
    }
    return in.readNBytes(length);
  }
}
