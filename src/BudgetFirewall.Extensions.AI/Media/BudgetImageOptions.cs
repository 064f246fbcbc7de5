using System.Diagnostics.CodeAnalysis;

namespace BudgetFirewall;

/// <summary>Options of a guarded image generator: the reservation before a call and the charge after it.</summary>
/// <remarks>
/// A call is expected to use the images it asks for (the unit <c>image</c>), the images it is given (<c>input_image</c>), the tokens of its prompt, and
/// <see cref="OutputTokensPerImage"/> for each image. It is charged with the images that came back and the tokens that were reported, or else expected.
/// </remarks>
[Experimental("MEAI001")]
public sealed class BudgetImageOptions : BudgetMediaOptions
{
    /// <summary>Options with the operation <c>images</c>.</summary>
    public BudgetImageOptions() : base("images")
    {
    }

    /// <summary>Estimates the tokens of a prompt and of the images that are given. Default: <see cref="ByteTokenEstimator"/>.</summary>
    public ITokenEstimator TokenEstimator { get; set; } = new ByteTokenEstimator();

    /// <summary>The output tokens that are expected of an image, at least 0, for models that are priced by tokens. Default 6,240, those of a large image of high quality of <c>gpt-image-1</c>.</summary>
    public int OutputTokensPerImage { get; set; } = 6_240;
}
