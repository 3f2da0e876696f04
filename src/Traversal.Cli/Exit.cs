namespace Traversal.Cli;

/// <summary>How the binary ends: 0, or one line on standard error and a code that scripts rely on.</summary>
internal static class Exit
{
    public const int Success = 0;
    private const int RuntimeFailure = 1;
    private const int UsageError = 2;

    /// <summary>A port in use, an unreachable server: not the operator's typing.</summary>
    public static int Failure(string message) => Say(message, RuntimeFailure);

    /// <summary>A bad option or configuration; the message names it.</summary>
    public static int Usage(string message) => Say(message, UsageError);

    private static int Say(string message, int code)
    {
        Console.Error.WriteLine("traversal: " + message.ReplaceLineEndings(" "));
        return code;
    }
}
