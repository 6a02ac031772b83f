package dev.hejin.client.export;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.hejin.client.planfile.StoredPlan;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/** The file of each engine for a placement of experts, field by field. */
enum EngineFormat {
  /**
   * {@code --init-expert-location}: only {@code physical_to_logical_map}, a row for every hidden
   * layer. Rows of dense layers are never used; they repeat the first row, which is valid.
   */
  SGLANG("sglang", true, true) {
    @Override
    void write(Writer out, StoredPlan plan, LayerNumbers numbers) throws IOException {
      try (JsonGenerator json = json(out)) {
        json.writeStartObject();
        json.writeArrayFieldStart("physical_to_logical_map");
        for (int layer = 0; layer < numbers.hidden(); layer++) {
          row(json, plan.slotExpert()[Math.max(0, numbers.rowOf(layer, plan.slotExpert().length))]);
        }
        json.writeEndArray();
        json.writeEndObject();
      }
    }

    @Override
    String use(StoredPlan plan) {
      return String.join(" ", sglangArguments(plan)).replace('=', ' ')
          + "; SGLang sends tokens to the nearest replica, so that even shares are approximate";
    }
  },
  /**
   * {@code --init-expert-location} with loads, {@code logical_count}: SGLang runs its own balancer
   * on them at start. A row for every hidden layer, zeros for dense ones; whole numbers.
   */
  SGLANG_COUNTS("sglang-counts", true, false) {
    @Override
    void write(Writer out, StoredPlan plan, LayerNumbers numbers) throws IOException {
      double[][] loads = plan.history()[plan.history().length - 1];
      double scale = Counts.scale(loads);
      try (JsonGenerator json = json(out)) {
        json.writeStartObject();
        json.writeArrayFieldStart("logical_count");
        for (int layer = 0; layer < numbers.hidden(); layer++) {
          int row = numbers.rowOf(layer, loads.length);
          int[] counts = row < 0 ? new int[plan.experts()] : Counts.whole(loads[row], scale);
          row(json, counts);
        }
        json.writeEndArray();
        json.writeEndObject();
      }
    }

    @Override
    String use(StoredPlan plan) {
      return "--init-expert-location FILE; the placement is then SGLang's own, not this plan's:"
          + " export for sglang keeps the plan";
    }
  },
  /** YAML for {@code moe_config.load_balancer}, keyed by the layer's index in the model. */
  TENSORRT_LLM("tensorrt-llm", true, true) {
    @Override
    void write(Writer out, StoredPlan plan, LayerNumbers numbers) throws IOException {
      out.write("num_slots: " + plan.slotExpert()[0].length + "\n");
      out.write("initial_global_assignments:\n");
      for (int l = 0; l < plan.slotExpert().length; l++) {
        out.write("  " + numbers.ofRow(l) + ": [");
        int[] row = plan.slotExpert()[l];
        for (int s = 0; s < row.length; s++) {
          out.write((s == 0 ? "" : ", ") + row[s]);
        }
        out.write("]\n");
      }
      out.write("layer_updates_per_iter: 0\n");
    }

    @Override
    String use(StoredPlan plan) {
      return "moe_config.load_balancer: FILE, with enable_attention_dp and "
          + plan.deviceSlots().length
          + " expert-parallel ranks; without them it is ignored silently";
    }
  },
  /** Expert map, keyed by the ordinal among MoE layers. */
  VLLM_ASCEND("vllm-ascend", false, true) {
    @Override
    void write(Writer out, StoredPlan plan, LayerNumbers numbers) throws IOException {
      try (JsonGenerator json = json(out)) {
        json.writeStartObject();
        json.writeNumberField("moe_layer_count", plan.slotExpert().length);
        json.writeArrayFieldStart("layer_list");
        for (int l = 0; l < plan.slotExpert().length; l++) {
          ascendLayer(json, plan, l);
        }
        json.writeEndArray();
        json.writeEndObject();
      }
    }

    @Override
    String use(StoredPlan plan) {
      return "--additional-config '{\"eplb_config\":{\"expert_map_path\":\"FILE\"}}'";
    }
  },
  /** Rows of MoE layers: the initial map that is proposed for vLLM; releases have none. */
  VLLM("vllm", false, true) {
    @Override
    void write(Writer out, StoredPlan plan, LayerNumbers numbers) throws IOException {
      try (JsonGenerator json = json(out)) {
        json.writeStartArray();
        for (int[] row : plan.slotExpert()) {
          row(json, row);
        }
        json.writeEndArray();
      }
    }

    @Override
    String use(StoredPlan plan) {
      return "--enable-eplb --eplb-config '{\"num_redundant_experts\":"
          + redundant(plan)
          + ",\"initial_expert_map_path\":\"FILE\"}'; the path is proposed in vLLM pull request"
          + " 49572, no release reads it yet";
    }
  },
  /**
   * One rank for each expert, the same in every layer, no replicas: {@code expert_to_ep_rank}, as
   * proposed for vLLM; releases have none.
   */
  VLLM_RANKS("vllm-ranks", false, true) {
    @Override
    void write(Writer out, StoredPlan plan, LayerNumbers numbers) throws IOException {
      int[] rank = new int[plan.experts()];
      int perDevice = plan.deviceSlots()[0];
      for (int s = 0; s < plan.slotExpert()[0].length; s++) {
        rank[plan.slotExpert()[0][s]] = s / perDevice;
      }
      try (JsonGenerator json = json(out)) {
        json.writeStartObject();
        json.writeFieldName("expert_to_ep_rank");
        row(json, rank);
        json.writeEndObject();
      }
    }

    @Override
    String use(StoredPlan plan) {
      return "--expert-placement-file FILE; proposed in vLLM pull request 34811, no release reads"
          + " it yet";
    }
  };

  /** What SGLang is told of a plan, argument by argument. */
  static List<String> sglangArguments(StoredPlan plan) {
    return List.of(
        "--init-expert-location=FILE",
        "--ep-num-redundant-experts=" + redundant(plan),
        "--ep-size=" + plan.deviceSlots().length);
  }

  private final String id;
  private final boolean countsDenseLayers;
  private final boolean placesExperts;

  EngineFormat(String id, boolean countsDenseLayers, boolean placesExperts) {
    this.id = id;
    this.countsDenseLayers = countsDenseLayers;
    this.placesExperts = placesExperts;
  }

  abstract void write(Writer out, StoredPlan plan, LayerNumbers numbers) throws IOException;

  /** How the engine is told of the file. */
  abstract String use(StoredPlan plan);

  String id() {
    return id;
  }

  /** Whether layers are numbered as in the model, dense ones included. */
  boolean countsDenseLayers() {
    return countsDenseLayers;
  }

  /** Whether the file says where experts are; otherwise only their loads. */
  boolean placesExperts() {
    return placesExperts;
  }

  private static int redundant(StoredPlan plan) {
    return plan.slotExpert()[0].length - plan.experts();
  }

  private static JsonGenerator json(Writer out) throws IOException {
    return new JsonFactory().createGenerator(out);
  }

  private static void row(JsonGenerator json, int[] row) throws IOException {
    json.writeArray(row, 0, row.length);
  }

  private static void ascendLayer(JsonGenerator json, StoredPlan plan, int layer)
      throws IOException {
    int[] slots = plan.deviceSlots();
    json.writeStartObject();
    json.writeNumberField("layer_id", layer);
    json.writeNumberField("device_count", slots.length);
    json.writeArrayFieldStart("device_list");
    int start = 0;
    for (int d = 0; d < slots.length; d++) {
      json.writeStartObject();
      json.writeNumberField("device_id", d);
      json.writeFieldName("device_expert");
      json.writeArray(plan.slotExpert()[layer], start, slots[d]);
      json.writeEndObject();
      start += slots[d];
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
