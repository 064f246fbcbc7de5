using System.Collections.Immutable;

namespace BudgetFirewall;

/// <summary>One page of noted corrections. Immutable.</summary>
/// <param name="Corrections">The corrections, the one that was noted first at the beginning. It may have fewer than were asked for, or none, and yet there is a next page.</param>
/// <param name="NextCursor">The place of the next page; null after the last one. It is an opaque text.</param>
public sealed record CorrectionPage(ImmutableArray<NotedCorrection> Corrections, string? NextCursor);
