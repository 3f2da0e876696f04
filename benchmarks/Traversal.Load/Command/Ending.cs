using Traversal.Load.Engine;

namespace Traversal.Load.Command;

/// <summary>How the program ends: 0, or one line on standard error with 1 for a failure and 2 for bad arguments.</summary>
internal static class Ending
{
    public static int BadArguments(string message)
    {
        Console.Error.WriteLine(message);
        return 2;
    }

    public static int Of(Action run)
    {
        try
        {
            run();
            return 0;
        }
        catch (Exception failure) when (failure is LoadException or IOException or OperationCanceledException)
        {
            Console.Error.WriteLine(failure.Message);
            return 1;
        }
    }
}
