using System.CommandLine;

namespace Traversal.Load.Command;

/// <summary>Options that are numbers within a range.</summary>
internal static class Numbers
{
    public static Option<int> Option(string name, string description, int byDefault, int min, int max)
    {
        var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => byDefault };
        option.Validators.Add(result =>
        {
            int value = result.GetValueOrDefault<int>();
            if (value < min || value > max) result.AddError($"{name}: a number from {min} to {max}.");
        });
        return option;
    }
}
