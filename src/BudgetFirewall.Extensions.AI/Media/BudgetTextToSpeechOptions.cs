using System.Diagnostics.CodeAnalysis;

namespace BudgetFirewall;

/// <summary>Options of a guarded client that makes speech of text: the reservation before a call and the charge after it.</summary>
/// <remarks>
/// A call is expected to use the characters of its text (the unit <c>input_character</c>), the tokens of the text, and 1.5 audio tokens of output a character.
/// It is charged with the characters and with the tokens that were reported, or else expected.
/// </remarks>
[Experimental("MEAI001")]
public sealed class BudgetTextToSpeechOptions : BudgetMediaOptions
{
    /// <summary>Options with the operation <c>speech</c>.</summary>
    public BudgetTextToSpeechOptions() : base("speech")
    {
    }

    /// <summary>Estimates the tokens of a text. Default: <see cref="ByteTokenEstimator"/>.</summary>
    public ITokenEstimator TokenEstimator { get; set; } = new ByteTokenEstimator();
}
