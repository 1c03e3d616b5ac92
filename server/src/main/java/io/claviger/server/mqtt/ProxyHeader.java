package io.claviger.server.mqtt;

import io.claviger.core.network.IpAddress;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.util.List;

/**
 * Takes the address of the client from the header of the PROXY protocol, versions 1 and 2, that a
 * trusted proxy may send first. Neither MQTT, TLS nor HTTP begins with the first byte of one.
 */
final class ProxyHeader extends ByteToMessageDecoder {
  private static final byte VERSION_1 = 'P';
  private static final byte VERSION_2 = '\r';

  private final DeviceGate gate;

  ProxyHeader(DeviceGate gate) {
    this.gate = gate;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    byte first = in.getByte(in.readerIndex());
    // HTTP has PUT, POST and PATCH, none of which opens a WebSocket: the decoder refuses them.
    if (first == VERSION_1 || first == VERSION_2) {
      ctx.pipeline().addAfter(ctx.name(), "claviger-proxy-header", new HAProxyMessageDecoder());
      ctx.pipeline().addAfter("claviger-proxy-header", "claviger-proxy-address", new Taking());
    }
    // What was read goes to whoever comes next.
    ctx.pipeline().remove(this);
  }

  /** Gets the header. The decoder in front removes itself after it. */
  private final class Taking extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
      if (!(message instanceof HAProxyMessage header)) {
        ctx.fireChannelRead(message);
        return;
      }
      try {
        // A check of the proxy itself names no client.
        if (header.command() == HAProxyCommand.PROXY) {
          gate.forwardedFor(IpAddress.parse(String.valueOf(header.sourceAddress())).toOptional());
        }
      } finally {
        ReferenceCountUtil.release(message);
      }
      ctx.pipeline().remove(this);
    }
  }
}
