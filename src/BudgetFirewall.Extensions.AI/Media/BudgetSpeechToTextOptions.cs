using System.Diagnostics.CodeAnalysis;

namespace BudgetFirewall;

/// <summary>Options of a guarded client that makes text of speech: the reservation before a call and the charge after it.</summary>
/// <remarks>
/// The duration of an audio stream is not known before it is sent, so a call is expected to use <see cref="ExpectedDuration"/>: in the unit <c>second</c>, and as
/// 10 audio tokens of input and 4 tokens of output a second. It is charged with the time at which the answer ends, if that is reported, and the tokens that were reported.
/// </remarks>
[Experimental("MEAI001")]
public sealed class BudgetSpeechToTextOptions : BudgetMediaOptions
{
    /// <summary>Options with the operation <c>transcription</c>.</summary>
    public BudgetSpeechToTextOptions() : base("transcription")
    {
    }

    /// <summary>The expected duration of the audio of a call, 0 to 24 hours. Default 1 minute. <see cref="BudgetMediaOptions.Describe"/> can give that of a single call.</summary>
    public TimeSpan ExpectedDuration { get; set; } = TimeSpan.FromMinutes(1);
}
