namespace BudgetFirewall.Http.Tests;

/// <summary>Answers as the providers send them.</summary>
internal static class Bodies
{
    public const string ChatCompletion = """
        {
          "id": "chatcmpl-B9MBs8CjcvOU2jLn4n570S5qMJKcT", "object": "chat.completion", "created": 1741569952, "model": "m-2025-04-14",
          "choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello! \"How\" can I assist you today? \u00e9", "refusal": null, "annotations": []}, "logprobs": null, "finish_reason": "stop"}],
          "usage": {
            "prompt_tokens": 19, "completion_tokens": 10, "total_tokens": 29,
            "prompt_tokens_details": {"cached_tokens": 8, "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": 4, "audio_tokens": 0, "accepted_prediction_tokens": 2, "rejected_prediction_tokens": 1}
          },
          "service_tier": "default", "system_fingerprint": "fp_44709d6fcb"
        }
        """;

    public const string ChatStream = """
        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1694268190,"model":"m-2025-04-14","service_tier":"default","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"aB"}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1694268190,"model":"m-2025-04-14","service_tier":"default","choices":[{"index":0,"delta":{"content":"Hello \u00e9 é"},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"x"}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1694268190,"model":"m-2025-04-14","service_tier":"default","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}

        data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1694268190,"model":"m-2025-04-14","service_tier":"default","choices":[],"usage":{"prompt_tokens":19,"completion_tokens":10,"total_tokens":29,"prompt_tokens_details":{"cached_tokens":8,"audio_tokens":0},"completion_tokens_details":{"reasoning_tokens":4,"audio_tokens":0,"accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}

        data: [DONE]


        """;

    public const string Response = """
        {
          "id": "resp_67ccd2bed1ec8190b14f964abc054267", "object": "response", "created_at": 1741476542, "status": "completed", "background": false, "error": null, "incomplete_details": null,
          "max_output_tokens": 100, "model": "m-2025-04-14",
          "output": [{"type": "message", "id": "msg_1", "status": "completed", "role": "assistant", "content": [{"type": "output_text", "text": "In a peaceful grove", "annotations": []}]}],
          "reasoning": {"effort": null, "summary": null}, "service_tier": "default", "tools": [],
          "usage": {"input_tokens": 19, "input_tokens_details": {"cached_tokens": 8}, "output_tokens": 10, "output_tokens_details": {"reasoning_tokens": 4}, "total_tokens": 29},
          "user": null, "metadata": {}
        }
        """;

    public const string ResponseStream = """
        event: response.created
        data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_1","object":"response","status":"in_progress","error":null,"model":"m-2025-04-14","output":[],"service_tier":"auto","usage":null}}

        event: response.output_text.delta
        data: {"type":"response.output_text.delta","sequence_number":4,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"In a peaceful grove","logprobs":[]}

        event: response.output_text.done
        data: {"type":"response.output_text.done","sequence_number":5,"item_id":"msg_1","output_index":0,"content_index":0,"text":"In a peaceful grove"}

        event: response.completed
        data: {"type":"response.completed","sequence_number":9,"response":{"id":"resp_1","object":"response","status":"completed","error":null,"model":"m-2025-04-14","output":[{"type":"message","content":[{"type":"output_text","text":"In a peaceful grove"}]}],"service_tier":"default","usage":{"input_tokens":19,"input_tokens_details":{"cached_tokens":8},"output_tokens":10,"output_tokens_details":{"reasoning_tokens":4},"total_tokens":29}}}


        """;

    public const string Embeddings = """
        {"object":"list","data":[{"object":"embedding","index":0,"embedding":[0.0023064255,-0.009327292,-0.0028842222e-2]}],"model":"m","usage":{"prompt_tokens":8,"total_tokens":8}}
        """;

    public const string Message = """
        {
          "id": "msg_013Zva2CMHLNnXjNJJKqJ2EF", "type": "message", "role": "assistant", "model": "m-20250514",
          "content": [{"type": "text", "text": "Hi! My name is Claude."}], "stop_reason": "end_turn", "stop_sequence": null,
          "usage": {
            "input_tokens": 5, "cache_creation_input_tokens": 6, "cache_read_input_tokens": 8,
            "cache_creation": {"ephemeral_5m_input_tokens": 2, "ephemeral_1h_input_tokens": 4},
            "output_tokens": 10, "server_tool_use": {"web_search_requests": 3, "web_fetch_requests": 0}, "service_tier": "standard"
          }
        }
        """;

    public const string MessageStart = """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"m-20250514","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":5,"cache_creation_input_tokens":6,"cache_read_input_tokens":8,"cache_creation":{"ephemeral_5m_input_tokens":2,"ephemeral_1h_input_tokens":4},"output_tokens":1,"service_tier":"standard"}}}


        """;

    public const string MessageStream = MessageStart + """
        event: content_block_start
        data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

        event: ping
        data: {"type": "ping"}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}

        event: content_block_stop
        data: {"type":"content_block_stop","index":0}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":null,"stop_sequence":null},"usage":{"output_tokens":7}}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"input_tokens":5,"cache_creation_input_tokens":6,"cache_read_input_tokens":8,"output_tokens":10,"server_tool_use":{"web_search_requests":3}}}

        event: message_stop
        data: {"type":"message_stop"}


        """;

    /// <summary>What <see cref="ChatCompletion"/>, <see cref="ChatStream"/>, <see cref="Response"/> and <see cref="ResponseStream"/> tell.</summary>
    public static BudgetUsage OpenAIUsage { get; } = BudgetUsage.Tokens(input: 19, output: 10, cachedInput: 8) with { ReasoningTokens = 4 };

    /// <summary>What <see cref="Message"/> and <see cref="MessageStream"/> tell.</summary>
    public static BudgetUsage AnthropicUsage { get; } = BudgetUsage.Tokens(input: 19, output: 10, cachedInput: 8) with
    {
        CacheWriteTokens = 2,
        CacheWriteOneHourTokens = 4,
        Units = new Dictionary<string, decimal> { ["web_search_requests"] = 3 },
    };
}
