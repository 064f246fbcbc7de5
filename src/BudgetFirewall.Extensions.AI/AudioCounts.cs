using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

#pragma warning disable MEAI001 // These counts are on trial. Should they be taken back, they are not reported any more, and no call breaks for that.

namespace BudgetFirewall;

/// <summary>The audio tokens of a report, where the version of the type at hand counts them.</summary>
internal static class AudioCounts
{
    private static readonly bool AreCounted =
        typeof(UsageDetails).GetProperty(nameof(UsageDetails.InputAudioTokenCount)) is not null
        && typeof(UsageDetails).GetProperty(nameof(UsageDetails.OutputAudioTokenCount)) is not null;

    public static long? Input(UsageDetails reported) => AreCounted ? ReadInput(reported) : null;

    public static long? Output(UsageDetails reported) => AreCounted ? ReadOutput(reported) : null;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long? ReadInput(UsageDetails reported) => reported.InputAudioTokenCount;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long? ReadOutput(UsageDetails reported) => reported.OutputAudioTokenCount;
}
