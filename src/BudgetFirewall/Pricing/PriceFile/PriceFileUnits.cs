namespace BudgetFirewall;

/// <summary>The usage units that a price file prices.</summary>
internal static class PriceFileUnits
{
    public const string Query = "query";
    public const string Image = UsageUnits.Image;
    public const string InputImage = "input_image";
    public const string Pixel = "pixel";
    public const string Second = "second";
    public const string AudioSecond = "audio_second";
    public const string VideoSecond = "video_second";
    public const string InputCharacter = "input_character";
    public const string OutputCharacter = "output_character";
    public const string Page = "page";
    public const string AnnotatedPage = "annotated_page";
}
