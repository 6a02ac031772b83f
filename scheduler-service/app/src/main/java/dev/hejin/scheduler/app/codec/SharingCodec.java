package dev.hejin.scheduler.app.codec;

import dev.hejin.proto.deployment.v1.PlanServicesRequest;
import dev.hejin.proto.deployment.v1.PlanServicesResponse;
import dev.hejin.proto.deployment.v1.PlannedService;
import dev.hejin.proto.deployment.v1.ServiceRequest;
import dev.hejin.scheduler.app.port.SharedService;
import dev.hejin.scheduler.app.port.SharingAnswer;
import dev.hejin.scheduler.planner.ServicePlanner;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Several services that share a pool. */
public final class SharingCodec {
  private static final int MOST_SERVICES = 32;

  private SharingCodec() {}

  /** The services, checked. */
  public static List<SharedService> fromProto(PlanServicesRequest request) {
    if (request.getServicesCount() < 1 || request.getServicesCount() > MOST_SERVICES) {
      throw new InvalidMessageException(
          "services",
          "has "
              + request.getServicesCount()
              + " services\nMaybe name 1 to "
              + MOST_SERVICES
              + " of them.");
    }
    List<SharedService> services = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>();
    for (int i = 0; i < request.getServicesCount(); i++) {
      ServiceRequest service = request.getServices(i);
      SharedService wanted =
          new SharedService(
              SpecCodec.fromProto(service.getSpec()),
              GoalCodec.fromProto(service.getGoal()),
              service.getPriority());
      if (!names.add(wanted.spec().name())) {
        throw new InvalidMessageException(
            "services[" + i + "].spec.name",
            "is '" + wanted.spec().name() + "' a second time\nMaybe rename one of the services.");
      }
      services.add(wanted);
    }
    return services;
  }

  /** What each gets. */
  public static PlanServicesResponse toProto(SharingAnswer answer) {
    PlanServicesResponse.Builder reply =
        PlanServicesResponse.newBuilder()
            .setRevision(answer.revision())
            .setPlanningSeconds(answer.planningSeconds());
    for (SharedService service : answer.services()) {
      PlannedService.Builder planned =
          PlannedService.newBuilder()
              .setName(service.spec().name())
              .setModel(PlanCodec.summary(service.spec().model()));
      switch (answer.of(service)) {
        case ServicePlanner.Result.Feasible feasible ->
            planned.setPlan(ServicePlanCodec.toProto(feasible.plan(), device -> ""));
        case ServicePlanner.Result.Infeasible infeasible ->
            planned.setReason(ViewCodec.explain(infeasible.why()));
      }
      reply.addServices(planned);
    }
    return reply.build();
  }
}
