package io.claviger.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.unboundid.scim2.client.ScimService;
import com.unboundid.scim2.common.GenericScimResource;
import com.unboundid.scim2.common.exceptions.BadRequestException;
import com.unboundid.scim2.common.exceptions.ForbiddenException;
import com.unboundid.scim2.common.exceptions.MethodNotAllowedException;
import com.unboundid.scim2.common.exceptions.NotModifiedException;
import com.unboundid.scim2.common.exceptions.PreconditionFailedException;
import com.unboundid.scim2.common.exceptions.ResourceConflictException;
import com.unboundid.scim2.common.exceptions.ResourceNotFoundException;
import com.unboundid.scim2.common.exceptions.ScimException;
import com.unboundid.scim2.common.exceptions.UnauthorizedException;
import com.unboundid.scim2.common.filters.Filter;
import com.unboundid.scim2.common.messages.ListResponse;
import com.unboundid.scim2.common.messages.PatchOperation;
import com.unboundid.scim2.common.messages.SortOrder;
import com.unboundid.scim2.common.types.Email;
import com.unboundid.scim2.common.types.EnterpriseUserExtension;
import com.unboundid.scim2.common.types.GroupResource;
import com.unboundid.scim2.common.types.Member;
import com.unboundid.scim2.common.types.Name;
import com.unboundid.scim2.common.types.ResourceTypeResource;
import com.unboundid.scim2.common.types.Role;
import com.unboundid.scim2.common.types.SchemaResource;
import com.unboundid.scim2.common.types.ServiceProviderConfigResource;
import com.unboundid.scim2.common.types.UserResource;
import jakarta.ws.rs.client.Client;
import jakarta.ws.rs.client.ClientBuilder;
import jakarta.ws.rs.client.ClientRequestFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.glassfish.jersey.client.ClientConfig;
import org.glassfish.jersey.jnh.connector.JavaNetHttpConnectorProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * User management through the SCIM 2 SDK of Ping Identity (UnboundID), unmodified: what it makes of
 * our answers is what programs that are built on it get.
 */
class ScimSdkTest {
  private static final String USERS = "Users";
  private static final String GROUPS = "Groups";
  private static final Client CLIENT =
      ClientBuilder.newClient(
          new ClientConfig().connectorProvider(new JavaNetHttpConnectorProvider()));
  private static final ScimService SCIM = service(required("CLAVIGER_TOKEN"));

  @AfterAll
  static void close() {
    CLIENT.close();
  }

  private static String required(String name) {
    return Objects.requireNonNull(
        System.getenv(name), name + " is not set: run acceptance/tests/scim-sdk.test.mjs");
  }

  private static ScimService service(String token) {
    ClientRequestFilter bearer =
        request -> request.getHeaders().putSingle("Authorization", "Bearer " + token);
    return new ScimService(CLIENT.target(required("CLAVIGER_URL") + "/scim/v2").register(bearer));
  }

  private static UserResource described(String userName) {
    UserResource user =
        new UserResource()
            .setUserName(userName)
            .setName(new Name().setGivenName("Grace").setFamilyName("Hopper"))
            .setEmails(
                new Email().setValue(userName).setType("work").setPrimary(true),
                new Email().setValue("home." + userName).setType("home"))
            .setActive(true);
    user.setExternalId("x-" + userName);
    return user;
  }

  private static UserResource made(String userName) throws ScimException {
    return SCIM.create(USERS, described(userName));
  }

  private static <E extends ScimException> E refused(Class<E> kind, ThrowingCallable call) {
    return Objects.requireNonNull(catchThrowableOfType(kind, call), "it was not refused");
  }

  @Test
  void aUserIsCreatedReadAndDeleted() throws ScimException {
    UserResource made = made("crud@sdk.example");
    assertThat(made.getId()).isNotEmpty();
    assertThat(made.getMeta().getLocation())
        .hasToString(required("CLAVIGER_URL") + "/scim/v2/Users/" + made.getId());
    assertThat(made.getMeta().getResourceType()).isEqualTo("User");
    assertThat(made.getMeta().getCreated()).isNotNull();
    UserResource read = SCIM.retrieve(USERS, made.getId(), UserResource.class);
    assertThat(read).isEqualTo(made);
    assertThat(read.getName().getFamilyName()).isEqualTo("Hopper");
    assertThat(read.getEmails()).hasSize(2);
    assertThat(SCIM.retrieve(made)).as("by its location").isEqualTo(made);
    SCIM.delete(made);
    refused(
        ResourceNotFoundException.class,
        () -> SCIM.retrieve(USERS, made.getId(), UserResource.class));
  }

  @Test
  void aFilterFindsWhomItMeans() throws ScimException {
    UserResource made = made("filter@sdk.example");
    for (Filter filter :
        List.of(
            Filter.eq("userName", "FILTER@sdk.example"),
            Filter.eq("externalId", "x-filter@sdk.example"),
            Filter.eq("id", made.getId()),
            Filter.and(Filter.sw("userName", "filter@"), Filter.eq("active", true)),
            Filter.fromString("emails[type eq \"home\" and value sw \"home.filter\"]"),
            Filter.and(
                Filter.not(Filter.ne("userName", "filter@sdk.example")),
                Filter.pr("name.familyName"),
                Filter.or(Filter.eq("title", "x"), Filter.not(Filter.pr("title")))),
            Filter.and(
                Filter.co("userName", "filter@sdk"),
                Filter.ge("meta.created", made.getMeta().getCreated().getTime())))) {
      ListResponse<UserResource> found =
          SCIM.searchRequest(USERS).filter(filter).invoke(UserResource.class);
      assertThat(found.getTotalResults()).as(filter.toString()).isEqualTo(1);
      assertThat(found.getResources()).containsExactly(made);
      ListResponse<UserResource> posted =
          SCIM.searchRequest(USERS).filter(filter).invokePost(UserResource.class);
      assertThat(posted.getResources()).as("POST %s", filter).containsExactly(made);
    }
    assertThat(SCIM.search(USERS, "userName eq \"nobody\"", UserResource.class).getTotalResults())
        .isZero();
  }

  @Test
  void pagesAreCompleteAndInOrder() throws ScimException {
    for (int i = 0; i < 7; i++) {
      made("page" + i + "@sdk.example");
    }
    List<String> names = new ArrayList<>();
    for (int start = 1; start <= 7; start += 3) {
      ListResponse<UserResource> page =
          SCIM.searchRequest(USERS)
              .filter(Filter.sw("userName", "page"))
              .sort("userName", SortOrder.DESCENDING)
              .page(start, 3)
              .invoke(UserResource.class);
      assertThat(page.getTotalResults()).isEqualTo(7);
      assertThat(page.getStartIndex()).isEqualTo(start);
      assertThat(page.getItemsPerPage()).isEqualTo(page.getResources().size());
      page.forEach(user -> names.add(user.getUserName().substring(0, 5)));
    }
    assertThat(names)
        .containsExactly("page6", "page5", "page4", "page3", "page2", "page1", "page0");
  }

  @Test
  void onlyWhatIsAskedForIsShown() throws ScimException {
    UserResource made = made("attributes@sdk.example");
    UserResource some =
        SCIM.retrieveRequest(USERS, made.getId())
            .attributes("name.familyName")
            .invoke(UserResource.class);
    assertThat(some.getName().getFamilyName()).isEqualTo("Hopper");
    assertThat(some.getName().getGivenName()).isNull();
    assertThat(some.getEmails()).isNull();
    UserResource rest =
        SCIM.retrieveRequest(USERS, made.getId())
            .excludedAttributes("emails", "name.givenName")
            .invoke(UserResource.class);
    assertThat(rest.getEmails()).isNull();
    assertThat(rest.getName().getGivenName()).isNull();
    assertThat(rest.getExternalId()).isEqualTo(made.getExternalId());
  }

  @Test
  void aUserIsReplacedWithWhatWasRead() throws ScimException {
    UserResource made = made("replace@sdk.example");
    made.setTitle("Rear admiral").setNickName("Amazing Grace");
    made.getName().setHonorificPrefix("Dr");
    UserResource replaced = SCIM.replace(made);
    assertThat(replaced.getTitle()).isEqualTo("Rear admiral");
    assertThat(replaced.getName().getHonorificPrefix()).isEqualTo("Dr");
    replaced.setTitle(null);
    UserResource again = SCIM.replace(replaced);
    assertThat(again.getTitle()).isNull();
    assertThat(again.getNickName()).isEqualTo("Amazing Grace");
    assertThat(again).isEqualTo(SCIM.retrieve(again));
  }

  @Test
  void aUserIsPatchedByPathAndByValueFilter() throws ScimException {
    UserResource made = made("patch@sdk.example");
    UserResource patched =
        SCIM.modifyRequest(made)
            .replaceValue("name.givenName", "Ada")
            .replaceValue("emails[type eq \"home\"].value", "other@sdk.example")
            .addValues("emails", new Email().setValue("third@sdk.example").setType("other"))
            .replaceValue("title", "Countess")
            .invoke();
    assertThat(patched.getName().getGivenName()).isEqualTo("Ada");
    assertThat(patched.getName().getFamilyName()).isEqualTo("Hopper");
    assertThat(patched.getEmails())
        .extracting(Email::getValue)
        .containsExactly("patch@sdk.example", "other@sdk.example", "third@sdk.example");
    UserResource less =
        SCIM.modifyRequest(patched)
            .removeValues("emails[type eq \"home\" or type eq \"other\"]")
            .removeValues("title")
            .invoke();
    assertThat(less.getEmails()).hasSize(1);
    assertThat(less.getTitle()).isNull();
    UserResource whole =
        SCIM.modifyRequest(less)
            .addOperation(
                PatchOperation.replace(
                    JsonNodeFactory.instance.objectNode().put("nickName", "Augusta")))
            .invoke();
    assertThat(whole.getNickName()).isEqualTo("Augusta");
  }

  @Test
  void theEnterpriseExtensionIsKept() throws ScimException {
    UserResource user = described("enterprise@sdk.example");
    user.setExtension(new EnterpriseUserExtension().setDepartment("Compilers").setDivision("Navy"));
    UserResource made = SCIM.create(USERS, user);
    assertThat(made.getExtension(EnterpriseUserExtension.class).getDepartment())
        .isEqualTo("Compilers");
    String urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    UserResource patched =
        SCIM.modifyRequest(made).replaceValue(urn + ":department", "Languages").invoke();
    assertThat(patched.getExtension(EnterpriseUserExtension.class).getDepartment())
        .isEqualTo("Languages");
    assertThat(patched.getExtension(EnterpriseUserExtension.class).getDivision()).isEqualTo("Navy");
    assertThat(
            SCIM.search(USERS, urn + ":department eq \"languages\"", UserResource.class)
                .getResources())
        .containsExactly(patched);
  }

  @Test
  void aUserIsDeactivatedAndActivatedAgain() throws ScimException {
    UserResource made = made("active@sdk.example");
    UserResource off = SCIM.modifyRequest(made).replaceValue("active", false).invoke();
    assertThat(off.getActive()).isFalse();
    assertThat(
            SCIM.search(
                    USERS,
                    "active eq false and userName eq \"active@sdk.example\"",
                    UserResource.class)
                .getTotalResults())
        .isEqualTo(1);
    assertThat(SCIM.modifyRequest(off).replaceValue("active", true).invoke().getActive()).isTrue();
  }

  @Test
  void groupsAreRolesAndTakeMembers() throws ScimException {
    UserResource made = made("group@sdk.example");
    ListResponse<GroupResource> groups =
        SCIM.search(GROUPS, "displayName eq \"Organization: edit\"", GroupResource.class);
    assertThat(groups.getTotalResults()).isEqualTo(1);
    GroupResource edit = groups.getResources().getFirst();
    GroupResource joined =
        SCIM.modifyRequest(edit).addValues("members", new Member().setValue(made.getId())).invoke();
    assertThat(joined.getMembers()).extracting(Member::getValue).contains(made.getId());
    assertThat(joined.getMembers())
        .filteredOn(member -> member.getValue().equals(made.getId()))
        .allSatisfy(member -> assertThat(member.getRef()).isEqualTo(made.getMeta().getLocation()));
    UserResource user = SCIM.retrieve(made);
    assertThat(user.getRoles()).extracting(Role::getValue).containsExactly("edit");
    assertThat(user.getGroups())
        .singleElement()
        .satisfies(group -> assertThat(group.getValue()).isEqualTo(edit.getId()));
    GroupResource left =
        SCIM.modifyRequest(joined)
            .removeValues("members[value eq \"" + made.getId() + "\"]")
            .invoke();
    assertThat(left.getMembers() == null ? List.of() : left.getMembers())
        .extracting(it -> it.getValue())
        .doesNotContain(made.getId());
    assertThat(SCIM.retrieve(made).getGroups()).isNull();
    BadRequestException refused =
        refused(
            BadRequestException.class,
            () -> SCIM.create(GROUPS, new GroupResource().setDisplayName("My own")));
    assertThat(refused.getScimError().getScimType()).isEqualTo("invalidValue");
  }

  @Test
  void theServiceDescribesItself() throws ScimException {
    ServiceProviderConfigResource configuration = SCIM.getServiceProviderConfig();
    assertThat(configuration.getPatch().isSupported()).isTrue();
    assertThat(configuration.getBulk().isSupported()).isTrue();
    assertThat(configuration.getBulk().getMaxOperations()).isEqualTo(1000);
    assertThat(configuration.getFilter().isSupported()).isTrue();
    assertThat(configuration.getFilter().getMaxResults()).isEqualTo(1000);
    assertThat(configuration.getEtag().isSupported()).isTrue();
    assertThat(configuration.getSort().isSupported()).isTrue();
    assertThat(configuration.getAuthenticationSchemes())
        .singleElement()
        .satisfies(scheme -> assertThat(scheme.getType()).isEqualTo("oauthbearertoken"));
    ListResponse<ResourceTypeResource> types = SCIM.getResourceTypes();
    assertThat(types.getResources())
        .extracting(ResourceTypeResource::getName)
        .containsExactly("User", "Group");
    for (ResourceTypeResource type : types) {
      assertThat(SCIM.getResourceType(type.getName())).isEqualTo(type);
      SchemaResource schema = SCIM.getSchema(type.getSchema().toString());
      assertThat(schema.getAttributes()).isNotEmpty();
    }
    ListResponse<SchemaResource> schemas = SCIM.getSchemas();
    assertThat(schemas.getResources()).hasSize(3);
    assertThat(schemas.getResources())
        .allSatisfy(schema -> assertThat(SCIM.getSchema(schema.getId())).isEqualTo(schema));
  }

  @Test
  void usersAndGroupsAreSearchedTogether() throws ScimException {
    UserResource made = made("together@sdk.example");
    ListResponse<GenericScimResource> user =
        SCIM.searchRequest("")
            .filter(Filter.eq("userName", "together@sdk.example"))
            .invokePost(GenericScimResource.class);
    assertThat(user.getResources())
        .singleElement()
        .satisfies(it -> assertThat(it.getId()).isEqualTo(made.getId()));
    ListResponse<GenericScimResource> group =
        SCIM.searchRequest("")
            .filter(Filter.eq("displayName", "Organization: admin"))
            .invokePost(GenericScimResource.class);
    assertThat(group.getResources())
        .singleElement()
        .satisfies(it -> assertThat(it.getId()).isEqualTo("role-admin"));
  }

  @Test
  void meIsTheAdministratorWhoMadeTheToken() throws ScimException {
    UserResource me = SCIM.retrieve(ScimService.ME_URI, UserResource.class);
    assertThat(me.getUserName()).isEqualTo(required("CLAVIGER_ADMINISTRATOR"));
    assertThat(SCIM.retrieve(me)).isEqualTo(me);
    refused(
        MethodNotAllowedException.class,
        () ->
            SCIM.modifyRequest(ScimService.ME_URI)
                .replaceValue("title", "x")
                .invoke(UserResource.class));
  }

  @Test
  void whatChangedMeanwhileIsNotWrittenOver() throws ScimException {
    UserResource made = made("etag@sdk.example");
    UserResource newer = SCIM.modifyRequest(made).replaceValue("title", "newer").invoke();
    assertThat(newer.getMeta().getVersion()).isNotEqualTo(made.getMeta().getVersion());
    refused(
        PreconditionFailedException.class,
        () -> SCIM.modifyRequest(made).ifMatch().replaceValue("title", "older").invoke());
    refused(PreconditionFailedException.class, () -> SCIM.replaceRequest(made).ifMatch().invoke());
    refused(
        PreconditionFailedException.class,
        () -> SCIM.deleteRequest(made).ifMatch(made.getMeta().getVersion()).invoke());
    refused(NotModifiedException.class, () -> SCIM.retrieveRequest(newer).ifNoneMatch().invoke());
    assertThat(SCIM.retrieve(made).getTitle()).isEqualTo("newer");
    SCIM.deleteRequest(newer).ifMatch(newer.getMeta().getVersion()).invoke();
  }

  @Test
  void refusalsAreUnderstood() throws ScimException {
    made("errors@sdk.example");
    ResourceConflictException twice =
        refused(ResourceConflictException.class, () -> made("ERRORS@sdk.example"));
    assertThat(twice.getScimError().getScimType()).isEqualTo("uniqueness");
    assertThat(twice.getScimError().getDetail()).contains("userName");
    BadRequestException filter =
        refused(
            BadRequestException.class,
            () -> SCIM.search(USERS, "userName like \"x\"", UserResource.class));
    assertThat(filter.getScimError().getScimType()).isEqualTo("invalidFilter");
    assertThat(filter.getScimError().getStatus()).isEqualTo(400);
    BadRequestException unknown =
        refused(
            BadRequestException.class,
            () -> SCIM.search(USERS, "nothing eq \"x\"", UserResource.class));
    assertThat(unknown.getScimError().getScimType()).isEqualTo("invalidFilter");
    BadRequestException nobody =
        refused(BadRequestException.class, () -> SCIM.create(USERS, new UserResource()));
    assertThat(nobody.getScimError().getScimType()).isEqualTo("invalidValue");
    BadRequestException target =
        refused(
            BadRequestException.class,
            () ->
                SCIM.modifyRequest(made("target@sdk.example"))
                    .replaceValue("emails[type eq \"none\"].value", "x@y.example")
                    .invoke());
    assertThat(target.getScimError().getScimType()).isEqualTo("noTarget");
    ResourceNotFoundException endpoint =
        refused(
            ResourceNotFoundException.class,
            () -> SCIM.retrieve("Nothing", "x", UserResource.class));
    assertThat(endpoint.getScimError().getStatus()).isEqualTo(404);
    refused(
        UnauthorizedException.class,
        () -> service("pat_nobody_nothing").search(USERS, "", UserResource.class));
    refused(
        ForbiddenException.class,
        () ->
            service(required("CLAVIGER_READ_TOKEN"))
                .create(USERS, described("forbidden@sdk.example")));
  }
}
