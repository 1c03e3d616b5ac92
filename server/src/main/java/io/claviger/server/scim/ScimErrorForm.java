package io.claviger.server.scim;

import io.claviger.server.http.ApiException;
import io.claviger.server.http.ErrorForm;
import io.claviger.server.http.Response;
import java.util.List;

/** RFC 7644 section 3.12: what is not there is 404, unlike elsewhere (ERR-2). */
final class ScimErrorForm implements ErrorForm {
  @Override
  public List<String> prefix() {
    return List.of("scim", "v2");
  }

  @Override
  public Response.Json response(ApiException error) {
    return ScimErrors.response(error);
  }

  @Override
  public ApiException unmapped(String method, boolean mapped) {
    return mapped ? ApiException.methodNotAllowed(method) : ApiException.notFound("Endpoint");
  }
}
