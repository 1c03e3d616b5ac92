package io.claviger.server.mqtt;

import io.claviger.core.network.ClientAddress;
import io.claviger.core.network.TrustedProxies;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Set;

/**
 * The HTTP request that opens a WebSocket: takes the address of the client from {@code
 * X-Forwarded-For} of trusted proxies (KEY-53), and answers what is no such request, which the
 * broker would leave without an answer.
 */
final class WebSocketEntry extends ChannelInboundHandlerAdapter {
  /** Where the broker expects it. */
  static final String PATH = "/";

  /** Where clients look for it: most are set to one of the two. */
  private static final Set<String> PATHS = Set.of(PATH, "/mqtt");

  private final DeviceGate gate;
  private final TrustedProxies proxies;

  WebSocketEntry(DeviceGate gate, TrustedProxies proxies) {
    this.gate = gate;
    this.proxies = proxies;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof FullHttpRequest request)) {
      ctx.fireChannelRead(message);
      return;
    }
    if (!request.decoderResult().isSuccess()) {
      answer(ctx, request, HttpResponseStatus.BAD_REQUEST);
    } else if (!PATHS.contains(path(request.uri()))) {
      answer(ctx, request, HttpResponseStatus.NOT_FOUND);
    } else if (!opensWebSocket(request)) {
      answer(ctx, request, HttpResponseStatus.UPGRADE_REQUIRED);
    } else {
      List<String> forwarded = request.headers().getAll("X-Forwarded-For");
      if (!forwarded.isEmpty()) {
        // Seen from whom the PROXY protocol may have named: only trusted ones may name others.
        gate.forwardedFor(
            gate.address().flatMap(from -> ClientAddress.resolve(from, forwarded, proxies)));
      }
      request.setUri(PATH);
      ctx.fireChannelRead(request);
    }
  }

  private static String path(String uri) {
    int query = uri.indexOf('?');
    return query < 0 ? uri : uri.substring(0, query);
  }

  private static boolean opensWebSocket(FullHttpRequest request) {
    return request.method().equals(HttpMethod.GET)
        && request
            .headers()
            .containsValue(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET, true);
  }

  private static void answer(
      ChannelHandlerContext ctx, FullHttpRequest request, HttpResponseStatus status) {
    ReferenceCountUtil.release(request);
    FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status);
    response.headers().set(HttpHeaderNames.CONTENT_LENGTH, 0);
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
      response.headers().set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET);
    }
    ctx.writeAndFlush(response).addListener(ChannelFutureListener.CLOSE);
  }
}
