using System.CommandLine;

namespace Traversal.Cli;

/// <summary><c>--password</c>: on the command line, in a file, or in the environment, where no process listing shows it.</summary>
internal static class Password
{
    private const string Variable = "TRAVERSAL_PASSWORD";

    /// <summary>The option.</summary>
    /// <param name="description">Whose password it is.</param>
    public static Option<string> NewOption(string description) => new("--password", "--pass")
    {
        Description = $"{description} Also the environment variable {Variable}.", HelpName = "PASSWORD|@FILE",
    };

    /// <summary>The password, or what is wrong with what was given.</summary>
    public static bool TryRead(string? given, out string password, out string? problem)
    {
        problem = null;
        password = given ?? Environment.GetEnvironmentVariable(Variable) ?? "";
        if (password.Length == 0) problem = "--password is missing";
        if (!password.StartsWith('@')) return problem is null;

        try
        {
            string file = password[1..];
            password = File.ReadLines(file).FirstOrDefault("").Trim();
            if (password.Length == 0) problem = $"--password: the file {file} is empty";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problem = $"--password: the file {password[1..]} can't be read";
        }

        return problem is null;
    }
}
