namespace BudgetFirewall;

/// <summary>The usage units of images and speech, as price files price them.</summary>
internal static class MediaUnits
{
    public const string InputImage = "input_image";
    public const string Second = "second";
    public const string InputCharacter = "input_character";
}
