package io.claviger.server.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;

/**
 * Ends a connection whose first bytes do not begin a CONNECT of a possible length, at once: the
 * broker would wait for the rest of it. Goes away when they do.
 */
@SuppressWarnings("FutureReturnValueIgnored") // The connection itself tells what becomes of it.
final class FirstPacket extends ByteToMessageDecoder {
  private static final byte CONNECT = 0x10;

  /** MQTT 3.1.1 section 2.2.3: seven bits in each byte, the eighth says whether one follows. */
  private static final int LENGTH_BYTES_MAX = 4;

  private final int lengthMax;

  /**
   * Makes it.
   *
   * @param lengthMax bytes of a packet
   */
  FirstPacket(int lengthMax) {
    this.lengthMax = lengthMax;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    int start = in.readerIndex();
    if (in.getByte(start) != CONNECT) {
      cutOff(ctx, in);
      return;
    }
    int length = 0;
    for (int i = 0; i < LENGTH_BYTES_MAX; i++) {
      if (in.readableBytes() < i + 2) {
        return;
      }
      byte next = in.getByte(start + 1 + i);
      length |= (next & 0x7f) << (7 * i);
      if (next >= 0) {
        if (length > lengthMax) {
          cutOff(ctx, in);
        } else {
          ctx.pipeline().remove(this);
        }
        return;
      }
    }
    cutOff(ctx, in);
  }

  private static void cutOff(ChannelHandlerContext ctx, ByteBuf in) {
    in.skipBytes(in.readableBytes());
    ctx.close();
  }
}
