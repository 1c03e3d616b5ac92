package io.claviger.server.scim;

import io.claviger.server.api.Call;
import io.claviger.server.http.ApiException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** A search over users and groups together. A filter that only one kind knows finds that kind. */
final class ScimSearch {
  private ScimSearch() {}

  /** A page with what there is altogether. */
  record Both(List<ObjectNode> page, long total) {}

  static Both of(Call call, Listing listing, Users users, Groups groups) {
    boolean people = knows(listing, ResourceSchema.USER);
    boolean roles = knows(listing, ResourceSchema.GROUP);
    if (!people && !roles) {
      listing.require(ResourceSchema.USER);
    }
    List<ObjectNode> page = new ArrayList<>();
    long total = 0;
    if (people) {
      Users.Found found = users.find(call, listing);
      Projection projection = listing.projection(ResourceSchema.USER);
      found.page().forEach(user -> page.add(projection.apply(ResourceSchema.USER, user)));
      total = found.total();
    }
    if (roles) {
      List<ObjectNode> found = groups.find(call, listing);
      Projection projection = listing.projection(ResourceSchema.GROUP);
      long skipped = Math.max(0, listing.startIndex() - 1 - total);
      found.stream()
          .skip(skipped)
          .limit(listing.count() - page.size())
          .forEach(group -> page.add(projection.apply(ResourceSchema.GROUP, group)));
      total += found.size();
    }
    return new Both(page, total);
  }

  private static boolean knows(Listing listing, ResourceSchema schema) {
    try {
      listing.require(schema);
      return true;
    } catch (ApiException e) {
      return false;
    }
  }
}
