using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace BudgetFirewall;

/// <summary>The JSON of the HTTP service: nothing unknown, nothing twice, numbers and strings not mixed up, amounts exact.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false,
    Converters = [typeof(AmountConverter)])]
[JsonSerializable(typeof(RequestBody))]
[JsonSerializable(typeof(ReserveBody))]
[JsonSerializable(typeof(BatchBody))]
[JsonSerializable(typeof(CommitBody))]
[JsonSerializable(typeof(ExtendBody))]
[JsonSerializable(typeof(EmptyBody))]
[JsonSerializable(typeof(ResetBody))]
[JsonSerializable(typeof(AllowanceBody))]
[JsonSerializable(typeof(RefundBody))]
[JsonSerializable(typeof(ApproveBody))]
[JsonSerializable(typeof(ApprovalNoteBody))]
[JsonSerializable(typeof(BudgetBody))]
[JsonSerializable(typeof(RateLimitBody))]
[JsonSerializable(typeof(QuotaBody))]
[JsonSerializable(typeof(QuotaBatchBody))]
[JsonSerializable(typeof(ReallocateBody))]
[JsonSerializable(typeof(SubscriptionBody))]
[JsonSerializable(typeof(WhatIfBody))]
[JsonSerializable(typeof(WhatIfReply))]
[JsonSerializable(typeof(ErasureBody))]
[JsonSerializable(typeof(ReportBody))]
[JsonSerializable(typeof(ReportReply))]
[JsonSerializable(typeof(EntryReply))]
[JsonSerializable(typeof(EntryListReply))]
[JsonSerializable(typeof(QuotaReply))]
[JsonSerializable(typeof(QuotaListReply))]
[JsonSerializable(typeof(QuotaBatchReply))]
[JsonSerializable(typeof(QuotaHistoryReply))]
[JsonSerializable(typeof(DecisionReply))]
[JsonSerializable(typeof(ReservationReply))]
[JsonSerializable(typeof(ExtensionReply))]
[JsonSerializable(typeof(ReceiptReply))]
[JsonSerializable(typeof(BatchReply))]
[JsonSerializable(typeof(StatusReply))]
[JsonSerializable(typeof(RequestStatusReply))]
[JsonSerializable(typeof(BudgetReply))]
[JsonSerializable(typeof(BudgetListReply))]
[JsonSerializable(typeof(RateLimitReply))]
[JsonSerializable(typeof(RateLimitListReply))]
[JsonSerializable(typeof(AllowanceReply))]
[JsonSerializable(typeof(RefundReply))]
[JsonSerializable(typeof(ApprovalReply))]
[JsonSerializable(typeof(ApprovalListReply))]
[JsonSerializable(typeof(SubscriptionReply))]
[JsonSerializable(typeof(SubscriptionListReply))]
[JsonSerializable(typeof(ErasureReply))]
[JsonSerializable(typeof(ErasureListReply))]
[JsonSerializable(typeof(DeliveryListReply))]
[JsonSerializable(typeof(TestReply))]
[JsonSerializable(typeof(ExplanationReply))]
[JsonSerializable(typeof(EstimateReply))]
[JsonSerializable(typeof(HealthReply))]
[JsonSerializable(typeof(CheckpointReply))]
[JsonSerializable(typeof(ProvedEntryReply))]
[JsonSerializable(typeof(VerificationReply))]
[JsonSerializable(typeof(AnomalyListReply))]
[JsonSerializable(typeof(UnconfirmedDetails))]
[JsonSerializable(typeof(ProblemDetails))]
[JsonSerializable(typeof(HttpValidationProblemDetails))]
[JsonSerializable(typeof(JsonElement))]
[JsonSerializable(typeof(JsonObject))]
internal sealed partial class ServiceJson : JsonSerializerContext;
